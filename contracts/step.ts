import type { ArtifactRef, ArtifactType } from './artifacts.ts';
import type { JsonSchema } from './json-schema.ts';
import type { ActivityQueue } from './queues.ts';

export interface StepInput {
  type: ArtifactType;
  description: string;
  /** Left out by a pipeline that does not have it. */
  optional?: true;
}

export interface StepOutput {
  type: ArtifactType;
  description: string;
  /** Not made in every run (a generated data set has a list of its faults, a real one has not). */
  optional?: true;
  /** A user-facing product that nobody need consume: never reported as unused. */
  final?: true;
}

/**
 * One step kind, described once: the planner, the published schemas, the docs and the command line read this.
 * In a pipeline the step's `with` holds `config` properties and inputs side by side; names must not clash.
 */
export interface StepDescriptor {
  kind: string;
  /** Part of every cache key; raise it when the step's result changes for the same inputs. */
  version: number;
  title: string;
  description: string;
  queue: ActivityQueue;
  /** `startToClose` of one attempt and the silence after which it counts as dead. */
  timeouts: { startToCloseMs: number; heartbeatMs: number };
  /** Attempts, the first included, of retryable failures. */
  attempts: number;
  /** Schema of the settings in `with`, an object schema with `properties` and `additionalProperties: false`. */
  config: JsonSchema;
  inputs: Record<string, StepInput>;
  outputs: Record<string, StepOutput>;
  /** Computes with tensors: library, device and threads enter the cache key. */
  tensors: boolean;
}

type OptionalNames<T extends Record<string, object>> = {
  [K in keyof T]: T[K] extends { optional: true } ? K : never;
}[keyof T];

/** Names of `T` mapped to `V`; those marked optional may be absent. */
export type Named<T extends Record<string, object>, V> = {
  [K in Exclude<keyof T, OptionalNames<T>>]: V;
} & { [K in OptionalNames<T>]?: V };

/** Numbers and short words only: this is what Temporal's history and the UI show. */
export type StepSummary = Record<string, number | string | boolean>;

/** What an activity of a step kind is called with. */
export interface StepTask {
  /** Workflow id and run id, for logs and the report; never part of a cache key. */
  run: RunIdentity;
  stepId: string;
  kind: string;
  version: number;
  config: Record<string, unknown>;
  inputs: Record<string, ArtifactRef>;
  /** `off`: compute even when the result is known. */
  cache: 'on' | 'off';
}

export interface RunIdentity {
  workflowId: string;
  runId: string;
  pipeline: string;
  /** SHA-256 of the frozen plan. */
  planSha256: string;
  startedAt: string;
}

/** What an activity of a step kind answers. */
export interface StepOutcome {
  outputs: Record<string, ArtifactRef>;
  summary: StepSummary;
  cacheKey: string;
  cached: boolean;
  durationMs: number;
}

/** Progress of one step, sent as heartbeat details. */
export interface StepProgress {
  /** From 0 to 1. */
  fraction?: number;
  message: string;
}
