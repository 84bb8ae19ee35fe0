/** One figure of ours beside the peer's; `peer` and `ratio` are null where no peer ran. A ratio above 1 means that ours is better. */
export interface Figure {
  what: string;
  unit: string;
  ours: number;
  peer: number | null;
  ratio: number | null;
}

export interface BenchResult {
  name: string;
  environment: Record<string, string | number | null>;
  figures: Figure[];
}

export interface BenchOptions {
  /** Folder of the data sets; from ASSAY_DATA. */
  dataDir: string | undefined;
  /** The peer's Python, when one is there or was asked for; called only once it is needed. */
  peerPython: () => Promise<string | undefined>;
  seeds: number[];
  epochs: number;
  /** Training rows; undefined for all. */
  rows: number | undefined;
  /** Optimizer steps of a speed-only run; undefined for whole trainings with a test. */
  steps: number | undefined;
  /** Times that each side of a speed-only run is measured. */
  rounds: number;
  batching: 'length' | 'random';
  modelDir: string;
  /** Runs the same benchmark's own half in a process of its own, so that its peak memory is its own. */
  runChild: (name: string, job: unknown) => Promise<unknown>;
  log: (line: string) => void;
}

export interface Bench {
  describe: string;
  run(options: BenchOptions): Promise<{ figures: Figure[]; environment: Record<string, string | number | null> }>;
  /** The half that runs in the child process. */
  child?(job: unknown): Promise<unknown>;
}

export function figure(
  what: string,
  unit: string,
  ours: number,
  peer: number | null,
  better: 'higher' | 'lower',
): Figure {
  const ratio = peer === null ? null : better === 'higher' ? ours / peer : peer / ours;
  return { what, unit, ours, peer, ratio };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
