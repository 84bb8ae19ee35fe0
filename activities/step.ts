import type { ArtifactRef } from '../contracts/artifacts.ts';
import type { RunIdentity, StepSummary } from '../contracts/step.ts';
import type { InputsOf, OutputsOf, StepConfigs, StepKind } from '../contracts/steps.ts';
import type { ActivityDependencies } from './ports.ts';

/** Something a handler made, to be stored: a file, a folder (as a bundle), a JSON value or text. */
export type Produced =
  { file: string; mediaType: string } | { dir: string } | { json: unknown } | { text: string; mediaType: string };

/** One call of a handler: its inputs lie verified on the local disk. */
export interface StepCall<K extends StepKind> {
  config: StepConfigs[K];
  /** Files; folders for bundles. */
  inputs: InputsOf<K, string>;
  refs: InputsOf<K, ArtifactRef>;
  /** Removed after the call. */
  workDir: string;
  signal: AbortSignal;
  progress(message: string, fraction?: number): void;
  run: RunIdentity;
  cacheKey: string;
  deps: ActivityDependencies;
}

export interface StepResult<K extends StepKind> {
  outputs: OutputsOf<K, Produced>;
  summary: StepSummary;
}

/** A step kind's handler: fetch, call the domain, hand over. */
export interface StepHandler<K extends StepKind> {
  /** What decides the result besides configuration and inputs: digests of sources and models. */
  keyFacts?(config: StepConfigs[K], deps: ActivityDependencies, signal: AbortSignal): Promise<Record<string, string>>;
  /** Never served from the cache: the result names the run and the time. */
  uncached?: true;
  run(call: StepCall<K>): Promise<StepResult<K>>;
}
