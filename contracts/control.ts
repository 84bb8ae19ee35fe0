import type { Plan, RunInput, RunReport } from './plan.ts';

/** What a compiled run starts from. */
export interface CompiledRun {
  plan: Plan;
  /** The namespace has our search attributes; writing one that is not registered would fail the run. */
  searchAttributes: boolean;
}

/** Activities that serve the run itself rather than a step of it. */
export interface ControlActivities {
  /** Loads, checks and freezes the pipeline. Fails with PIPELINE_INVALID, PIPELINE_NOT_FOUND, RUN_INPUT_INVALID. */
  compile(input: RunInput): Promise<CompiledRun>;
  /** Writes the run's manifest; answers its object key. */
  recordRun(report: RunReport): Promise<string>;
}

export const RUN_WORKFLOW = 'runPipeline';
export const RUN_STATE_QUERY = 'runState';
/** Keywords, registered with the namespace by the set-up. */
export const SEARCH_ATTRIBUTES = { pipeline: 'AssayPipeline', status: 'AssayStatus' } as const;
