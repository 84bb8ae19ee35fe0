import type { DatasetEntry } from '../contracts/data.ts';
import type { ComputeJob, ComputeResult, DeviceReport } from '../contracts/training.ts';
import type { Store } from '../storage/store.ts';

/** Runs tensor work somewhere else than in this process. */
export interface Trainer {
  /** What computes here; enters the cache key of tensor steps. */
  device(): Promise<DeviceReport>;
  /**
   * @throws AssayError with the code of what went wrong; WORKER_STOPPING after the last checkpoint was handed over,
   * when `signal` asked to stop.
   */
  run(job: ComputeJob, events: TrainerEvents): Promise<ComputeResult>;
}

export interface TrainerEvents {
  signal: AbortSignal;
  progress(message: string, fraction: number): void;
  /** The folder is removed once this resolves. */
  checkpoint(step: number, dir: string, best: boolean): Promise<void>;
}

export interface BaseModel {
  dir: string;
  /** Over all its files. */
  sha256: string;
}

/** Where data comes from on this machine. */
export interface DataSources {
  /** `$ASSAY_DATA`, or null. */
  dataDir: string | null;
  projectRoot: string;
  downloadDir: string;
}

/** Everything that the activities need of the world, given once by the worker. */
export interface ActivityDependencies {
  store: Store;
  /** Absent in a worker that takes no tensor steps. */
  trainer: Trainer | null;
  /** @throws AssayError DATASET_UNKNOWN */
  dataset(name: string): Promise<DatasetEntry>;
  /** @throws AssayError MODEL_NOT_INSTALLED */
  baseModel(name: string): Promise<BaseModel>;
  sources: DataSources;
  compute: { device: 'auto' | 'cpu' | 'gpu'; threads: number };
  /** Folder for a step's temporary files; each call makes and removes its own below it. */
  workRoot: string;
  clock: () => Date;
}
