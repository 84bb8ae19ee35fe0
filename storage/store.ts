import type { ArtifactRef } from '../contracts/artifacts.ts';
import type { RunReport } from '../contracts/plan.ts';
import type { StepOutcome } from '../contracts/step.ts';

/** What is known of a finished step, kept under its content key. */
export type CacheEntry = Pick<StepOutcome, 'outputs' | 'summary'> & { kind: string; version: number; storedAt: string };

export interface CheckpointRef {
  step: number;
  best: boolean;
  bundle: ArtifactRef;
}

/**
 * Where bytes live. Every read is verified against the reference's digest; a failure is an AssayError of the STORE family.
 * Paths are absolute. All methods accept an abort signal where they move bytes.
 */
export interface Store {
  /** Streams a local file in under its own digest; nothing is sent when the store has it already. */
  putFile(path: string, mediaType: string, signal?: AbortSignal): Promise<ArtifactRef>;
  putBytes(bytes: Uint8Array, mediaType: string): Promise<ArtifactRef>;
  /** JSON with sorted keys, so that equal values have equal digests. */
  putJson(value: unknown): Promise<ArtifactRef>;
  /** A folder as a bundle of artifacts. */
  putBundle(dir: string, signal?: AbortSignal): Promise<ArtifactRef>;

  /** Path of a verified, read-only local copy (a temporary file renamed into the local cache). */
  fetchFile(ref: ArtifactRef, signal?: AbortSignal): Promise<string>;
  fetchBytes(ref: ArtifactRef): Promise<Uint8Array>;
  fetchJson(ref: ArtifactRef): Promise<unknown>;
  /** Writes a bundle's members below `dir`. */
  fetchBundle(ref: ArtifactRef, dir: string, signal?: AbortSignal): Promise<void>;
  /** Presence and size, without reading; looks into a bundle's members too. */
  has(ref: ArtifactRef): Promise<boolean>;

  readonly cache: {
    /** Undefined when unknown, or when an output is gone or has another size. */
    get(key: string): Promise<CacheEntry | undefined>;
    put(key: string, entry: CacheEntry): Promise<void>;
    /** Forgets a key whose output proved corrupt. */
    drop(key: string): Promise<void>;
  };

  readonly checkpoints: {
    /** The newest whole checkpoint of a step's cache key. The manifest is written last, so a half-uploaded one is never seen. */
    latest(key: string): Promise<CheckpointRef | undefined>;
    put(key: string, step: number, dir: string, best: boolean, signal?: AbortSignal): Promise<CheckpointRef>;
    /** Keeps the last two and the best. */
    prune(key: string): Promise<void>;
    /** Removes all of a finished step. */
    clear(key: string): Promise<void>;
  };

  readonly runs: {
    /** Writes the manifest; returns its object key, `runs/<workflowId>/<runId>.json`. */
    put(report: RunReport): Promise<string>;
    get(workflowId: string, runId: string): Promise<RunReport | undefined>;
    /** Newest first. */
    list(limit: number): Promise<RunReport[]>;
  };
}
