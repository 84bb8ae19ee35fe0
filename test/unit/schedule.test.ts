import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ArtifactRef } from '../../contracts/artifacts.ts';
import type { Plan, PlanStep } from '../../contracts/plan.ts';
import type { StepOutcome } from '../../contracts/step.ts';
import {
  apply,
  createSchedule,
  isSettled,
  producerOf,
  readySteps,
  recordOf,
  resolveInputs,
} from '../../workflows/schedule.ts';

const at = '2026-01-01T00:00:00.000Z';

function step(id: string, needs: string[], inputs: PlanStep['inputs'] = {}): PlanStep {
  return {
    id,
    kind: 'profile',
    version: 1,
    needs,
    queue: 'cpu',
    config: {},
    inputs,
    cache: 'on',
    retry: { attempts: 3, initialMs: 1000, backoff: 2, maximumMs: 60_000 },
    timeouts: { startToCloseMs: 60_000, heartbeatMs: 30_000 },
  };
}

function plan(steps: PlanStep[]): Plan {
  return { name: 'diamond', version: '1', description: '', parameters: {}, onFailure: 'cancel', steps, sha256: '0' };
}

function artifact(name: string): ArtifactRef {
  return { key: `sha256/${name}`, sha256: name, bytes: 1, mediaType: 'application/json' };
}

function outcome(outputs: Record<string, ArtifactRef> = {}): StepOutcome {
  return { outputs, summary: {}, cacheKey: 'k', cached: false, durationMs: 1 };
}

const diamond = plan([step('a', []), step('b', ['a']), step('c', ['a']), step('d', ['b', 'c'])]);

function finish(schedule: ReturnType<typeof createSchedule>, id: string, outputs?: Record<string, ArtifactRef>) {
  return apply(apply(schedule, { type: 'started', step: id, at }), {
    type: 'completed',
    step: id,
    at,
    outcome: outcome(outputs),
  });
}

describe('the schedule of a run', () => {
  it('starts independent steps together, in declared order, and the joining step after both', () => {
    let schedule = createSchedule(diamond);
    assert.deepEqual(
      readySteps(schedule).map(({ id }) => id),
      ['a'],
    );
    schedule = finish(schedule, 'a');
    assert.deepEqual(
      readySteps(schedule).map(({ id }) => id),
      ['b', 'c'],
    );
    schedule = finish(schedule, 'c');
    assert.deepEqual(
      readySteps(schedule).map(({ id }) => id),
      ['b'],
    );
    schedule = finish(schedule, 'b');
    assert.deepEqual(
      readySteps(schedule).map(({ id }) => id),
      ['d'],
    );
    assert.equal(isSettled(finish(schedule, 'd')), true);
  });

  it('never starts what depends on a failed step', () => {
    let schedule = finish(createSchedule(diamond), 'a');
    schedule = apply(schedule, { type: 'started', step: 'b', at });
    const error = { code: 'INTERNAL', message: 'm', remedy: 'r', facts: {} };
    schedule = apply(schedule, { type: 'failed', step: 'b', at, error });
    schedule = finish(schedule, 'c');
    assert.deepEqual(readySteps(schedule), []);
    assert.deepEqual(recordOf(schedule, 'b').error, error);
  });

  it('starts a held step again and forgets its error', () => {
    let schedule = apply(createSchedule(diamond), { type: 'started', step: 'a', at });
    schedule = apply(schedule, {
      type: 'held',
      step: 'a',
      at,
      error: { code: 'INTERNAL', message: 'm', remedy: 'r', facts: {} },
    });
    assert.equal(isSettled(schedule), false);
    schedule = apply(schedule, { type: 'started', step: 'a', at });
    assert.equal(recordOf(schedule, 'a').error, undefined);
  });

  it('refuses an event that does not fit the state', () => {
    assert.throws(() => apply(createSchedule(diamond), { type: 'completed', step: 'a', at, outcome: outcome() }), {
      code: 'INTERNAL',
      message: 'step a is waiting, so it cannot be completed',
    });
  });

  it('leaves out an optional output that was not made and refuses a required one', () => {
    const reader = step('r', ['a'], { faults: { step: 'a', output: 'faults', optional: true } });
    const schedule = finish(createSchedule(plan([step('a', []), reader])), 'a', { table: artifact('t') });
    assert.deepEqual(resolveInputs(schedule, reader), {});
    const strict = { ...reader, inputs: { faults: { step: 'a', output: 'faults', optional: false } } };
    assert.throws(() => resolveInputs(schedule, strict), { code: 'STEP_OUTPUT_MISSING' });
  });

  it('finds the producer of an unreadable input and lets both run again', () => {
    const reader = step('r', ['a'], { table: { step: 'a', output: 'table', optional: false } });
    let schedule = finish(createSchedule(plan([step('a', []), reader])), 'a', { table: artifact('t') });
    schedule = apply(schedule, { type: 'started', step: 'r', at });
    assert.equal(producerOf(schedule, reader, 'sha256/t'), 'a');
    schedule = apply(apply(schedule, { type: 'invalidated', step: 'r' }), { type: 'invalidated', step: 'a' });
    assert.deepEqual(
      readySteps(schedule).map(({ id }) => id),
      ['a'],
    );
  });
});
