import type { ArtifactRef } from './artifacts.ts';
import type { ActivityQueue } from './queues.ts';
import type { RunIdentity, StepOutcome, StepSummary } from './step.ts';

/** An output of an earlier step, by name. */
export interface OutputReference {
  step: string;
  output: string;
  /** The input may stay empty when the producer did not make this output. */
  optional: boolean;
}

/** A step with every value resolved: what the workflow interprets. */
export interface PlanStep {
  id: string;
  kind: string;
  version: number;
  needs: string[];
  queue: ActivityQueue;
  config: Record<string, unknown>;
  inputs: Record<string, OutputReference>;
  cache: 'on' | 'off';
  retry: { attempts: number; initialMs: number; backoff: number; maximumMs: number };
  timeouts: { startToCloseMs: number; heartbeatMs: number };
}

/** A compiled pipeline. Steps stand in declared order; `needs` are earlier in topological order. Plain JSON. */
export interface Plan {
  name: string;
  version: string;
  description: string;
  parameters: Record<string, unknown>;
  onFailure: 'cancel' | 'hold';
  steps: PlanStep[];
  /** SHA-256 of the plan's canonical JSON without this field. */
  sha256: string;
}

/** A pipeline by name (a file in the pipelines folder), by text, or by artifact. */
export type PipelineSource = string | { text: string } | { artifact: ArtifactRef };

/** Input of the workflow `runPipeline`. */
export interface RunInput {
  pipeline: PipelineSource;
  parameters?: Record<string, unknown>;
}

/** `held` is reached only where `onFailure` is `hold`. */
export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'held' | 'skipped' | 'cancelled';

export interface StepRecord {
  id: string;
  kind: string;
  state: StepState;
  queue: ActivityQueue;
  outcome?: StepOutcome;
  error?: StepFailure;
  startedAt?: string;
  endedAt?: string;
}

export interface StepFailure {
  code: string;
  message: string;
  remedy: string;
  facts: Record<string, unknown>;
}

export type RunStatus = 'running' | 'done' | 'failed' | 'cancelled';

/** Answer of the workflow and of its query `runState`; also the body of the run's manifest. */
export interface RunReport {
  identity: RunIdentity;
  status: RunStatus;
  steps: StepRecord[];
  parameters: Record<string, unknown>;
}

export interface RunResult {
  status: RunStatus;
  workflowId: string;
  runId: string;
  summaries: Record<string, StepSummary>;
  /** Object key of the manifest in the run bucket. */
  manifest: string;
}
