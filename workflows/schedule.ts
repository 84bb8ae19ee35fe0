import type { ArtifactRef } from '../contracts/artifacts.ts';
import { assertNever, AssayError } from '../contracts/errors.ts';
import type { Plan, PlanStep, StepFailure, StepRecord, StepState } from '../contracts/plan.ts';
import type { StepOutcome } from '../contracts/step.ts';

/**
 * The state of a run, and its only way to change. Pure: the Temporal shell calls `apply` for what happened and
 * `readySteps` for what may start. `held` stands in the machine for runs whose `onFailure` is `hold`.
 */
export interface Schedule {
  plan: Plan;
  records: ReadonlyMap<string, StepRecord>;
}

export type StepEvent =
  | { type: 'started'; step: string; at: string }
  | { type: 'completed'; step: string; at: string; outcome: StepOutcome }
  | { type: 'failed'; step: string; at: string; error: StepFailure }
  | { type: 'held'; step: string; at: string; error: StepFailure }
  | { type: 'cancelled'; step: string; at: string }
  /** The step's result proved unusable (an output is gone or corrupt): it is to be made again. */
  | { type: 'invalidated'; step: string };

/** States from which an event may come. */
const ALLOWED: Record<StepEvent['type'], readonly StepState[]> = {
  started: ['waiting', 'held'],
  completed: ['running'],
  failed: ['running', 'held'],
  held: ['running'],
  cancelled: ['waiting', 'running', 'held'],
  invalidated: ['done', 'running'],
};

export function createSchedule(plan: Plan): Schedule {
  const records = plan.steps.map(({ id, kind, queue }): [string, StepRecord] => [
    id,
    { id, kind, queue, state: 'waiting' },
  ]);
  return { plan, records: new Map(records) };
}

/** @throws AssayError INTERNAL when the event does not fit the step's state. */
export function apply(schedule: Schedule, event: StepEvent): Schedule {
  const record = recordOf(schedule, event.step);
  if (!ALLOWED[event.type].includes(record.state))
    throw new AssayError('INTERNAL', { what: `step ${event.step} is ${record.state}, so it cannot be ${event.type}` });
  return { ...schedule, records: new Map(schedule.records).set(event.step, next(record, event)) };
}

function next({ id, kind, queue, ...before }: StepRecord, event: StepEvent): StepRecord {
  const step = { id, kind, queue };
  const since = before.startedAt === undefined ? {} : { startedAt: before.startedAt };
  switch (event.type) {
    case 'started':
      return { ...step, state: 'running', startedAt: event.at };
    case 'completed':
      return { ...step, ...since, state: 'done', endedAt: event.at, outcome: event.outcome };
    case 'failed':
      return { ...step, ...since, state: 'failed', endedAt: event.at, error: event.error };
    case 'held':
      return { ...step, ...since, state: 'held', error: event.error };
    case 'cancelled':
      return { ...step, ...since, state: 'cancelled', endedAt: event.at };
    case 'invalidated':
      return { ...step, state: 'waiting' };
    default:
      return assertNever(event);
  }
}

/** Waiting steps whose needs are all done, in declared order. */
export function readySteps(schedule: Schedule): PlanStep[] {
  return schedule.plan.steps.filter(
    (step) =>
      recordOf(schedule, step.id).state === 'waiting' &&
      step.needs.every((need) => recordOf(schedule, need).state === 'done'),
  );
}

export function isSettled(schedule: Schedule): boolean {
  return [...schedule.records.values()].every(({ state }) => !['waiting', 'running', 'held'].includes(state));
}

/**
 * The artifacts that a ready step reads. An output that an optional reference names and that was not made is left out.
 * @throws AssayError STEP_OUTPUT_MISSING when a required one was not made.
 */
export function resolveInputs(schedule: Schedule, step: PlanStep): Record<string, ArtifactRef> {
  const inputs: Record<string, ArtifactRef> = {};
  for (const [name, reference] of Object.entries(step.inputs)) {
    const artifact = recordOf(schedule, reference.step).outcome?.outputs[reference.output];
    if (artifact !== undefined) inputs[name] = artifact;
    else if (!reference.optional)
      throw new AssayError('STEP_OUTPUT_MISSING', {
        step: step.id,
        input: name,
        producer: reference.step,
        output: reference.output,
      });
  }
  return inputs;
}

/** The done step that made the artifact with this digest, and feeds `consumer`. */
export function producerOf(schedule: Schedule, consumer: PlanStep, key: string): string | undefined {
  return Object.values(consumer.inputs).find(
    ({ step, output }) => recordOf(schedule, step).outcome?.outputs[output]?.key === key,
  )?.step;
}

export function recordOf(schedule: Schedule, id: string): StepRecord {
  const record = schedule.records.get(id);
  if (record === undefined) throw new AssayError('INTERNAL', { what: `the plan has no step ${id}` });
  return record;
}
