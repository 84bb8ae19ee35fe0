import { STEPS, type StepKind } from '../contracts/steps.ts';
import { assess } from './assess.ts';
import { check } from './check.ts';
import { clean } from './clean.ts';
import { evaluate } from './evaluate.ts';
import { finetune } from './finetune.ts';
import { ingest } from './ingest.ts';
import { mask } from './mask.ts';
import type { ActivityDependencies } from './ports.ts';
import { profile } from './profile.ts';
import { report } from './report.ts';
import { createStepActivity } from './run-step.ts';
import { split } from './split.ts';
import type { StepHandler } from './step.ts';

const HANDLERS: { [K in StepKind]: StepHandler<K> } = {
  ingest,
  split,
  profile,
  check,
  clean,
  mask,
  finetune,
  evaluate,
  assess,
  report,
};

/** Step activities by kind; a worker without a trainer takes no tensor steps. */
export function createStepActivities(deps: ActivityDependencies) {
  const activities: Record<string, ReturnType<typeof createStepActivity>> = {};
  for (const kind of Object.keys(HANDLERS) as StepKind[])
    if (deps.trainer !== null || !STEPS[kind].tensors) activities[kind] = bind(kind, deps);
  return activities;
}

function bind<K extends StepKind>(kind: K, deps: ActivityDependencies) {
  return createStepActivity(kind, HANDLERS[kind], deps);
}
