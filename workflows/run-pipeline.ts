import {
  CancellationScope,
  defineQuery,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import { RUN_STATE_QUERY, SEARCH_ATTRIBUTES, type CompiledRun, type ControlActivities } from '../contracts/control.ts';
import type { PlanStep, RunInput, RunReport, RunResult, RunStatus, StepFailure } from '../contracts/plan.ts';
import { QUEUES } from '../contracts/queues.ts';
import type { RunIdentity, StepOutcome, StepTask } from '../contracts/step.ts';
import { describeRun } from './details.ts';
import { describeFailure, toWorkflowFailure } from './failures.ts';
import { apply, createSchedule, isSettled, producerOf, readySteps, resolveInputs, type Schedule } from './schedule.ts';

const control = proxyActivities<ControlActivities>({
  taskQueue: QUEUES.cpu,
  startToCloseTimeout: '2 minutes',
  retry: { maximumAttempts: 10, initialInterval: '1 second', maximumInterval: '30 seconds' },
});

const runState = defineQuery<RunReport | null>(RUN_STATE_QUERY);

/** An unreadable input is made again by its producer, once a step, before the consumer counts as failed. */
const UNREADABLE = ['ARTIFACT_CORRUPT', 'ARTIFACT_NOT_FOUND'];

/**
 * Carries out a pipeline: compiles it in an activity, starts each step when its needs are done, and writes the run's manifest.
 * @throws ApplicationFailure whose type is the error code of the step that failed; CancelledFailure when cancelled.
 */
export async function runPipeline(input: RunInput): Promise<RunResult> {
  let report: RunReport | null = null;
  setHandler(runState, () => report, { description: 'State, outputs and figures of every step.' });
  const { plan, searchAttributes } = await control.compile(input);
  const identity = identify(plan.name, plan.sha256);
  let schedule = createSchedule(plan);
  const remade = new Set<string>();

  const publish = (status: RunStatus): RunReport => {
    report = { identity, status, parameters: plan.parameters, steps: [...schedule.records.values()] };
    setCurrentDetails(describeRun(report));
    return report;
  };
  const close = (status: RunStatus): Promise<string> =>
    CancellationScope.nonCancellable(async () => {
      markRun(searchAttributes, plan.name, status);
      return control.recordRun(publish(status));
    });

  markRun(searchAttributes, plan.name, 'running');
  publish('running');
  let failed: { step: string; failure: StepFailure } | undefined;
  try {
    await CancellationScope.cancellable(async () => {
      const scope = CancellationScope.current();
      const running = new Map<string, Promise<void>>();
      while (!isSettled(schedule)) {
        for (const step of failed === undefined ? readySteps(schedule) : []) {
          schedule = apply(schedule, { type: 'started', step: step.id, at: now() });
          const settle = carryOut(step).finally(() => running.delete(step.id));
          running.set(step.id, settle);
        }
        if (running.size === 0) break;
        publish('running');
        await Promise.race(running.values());
      }

      async function carryOut(step: PlanStep): Promise<void> {
        try {
          const outcome = await runStep(step, identity, schedule);
          schedule = apply(schedule, { type: 'completed', step: step.id, at: now(), outcome });
        } catch (error) {
          const failure = describeFailure(step.id, error);
          if (isCancellation(error)) schedule = apply(schedule, { type: 'cancelled', step: step.id, at: now() });
          else if (!remake(step, failure)) {
            schedule = apply(schedule, { type: 'failed', step: step.id, at: now(), error: failure });
            failed ??= { step: step.id, failure };
            scope.cancel();
          }
        }
      }
    });
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }

  for (const { id, state } of schedule.records.values())
    if (state === 'waiting' || state === 'running')
      schedule = apply(schedule, { type: 'cancelled', step: id, at: now() });
  if (failed !== undefined) {
    await close('failed');
    throw toWorkflowFailure(failed.step, failed.failure);
  }
  if (CancellationScope.current().consideredCancelled) {
    await close('cancelled');
    return CancellationScope.current().cancelRequested;
  }
  const manifest = await close('done');
  return {
    status: 'done',
    workflowId: identity.workflowId,
    runId: identity.runId,
    manifest,
    summaries: summaries(schedule),
  };

  /** True when the step failed for an unreadable input whose producer is now to run again. */
  function remake(step: PlanStep, failure: StepFailure): boolean {
    const key = failure.facts['key'];
    if (!UNREADABLE.includes(failure.code) || typeof key !== 'string' || remade.has(step.id)) return false;
    const producer = producerOf(schedule, step, key);
    if (producer === undefined) return false;
    remade.add(step.id);
    schedule = apply(schedule, { type: 'invalidated', step: step.id });
    if (schedule.records.get(producer)?.state === 'done')
      schedule = apply(schedule, { type: 'invalidated', step: producer });
    return true;
  }
}

function runStep(step: PlanStep, run: RunIdentity, schedule: Schedule): Promise<StepOutcome> {
  const task: StepTask = {
    run,
    stepId: step.id,
    kind: step.kind,
    version: step.version,
    config: step.config,
    inputs: resolveInputs(schedule, step),
    cache: step.cache,
  };
  const activities = proxyActivities<Record<string, (task: StepTask) => Promise<StepOutcome>>>({
    taskQueue: QUEUES[step.queue],
    summary: step.id === step.kind ? step.id : `${step.id} (${step.kind})`,
    startToCloseTimeout: step.timeouts.startToCloseMs,
    heartbeatTimeout: step.timeouts.heartbeatMs,
    retry: {
      maximumAttempts: step.retry.attempts,
      initialInterval: step.retry.initialMs,
      backoffCoefficient: step.retry.backoff,
      maximumInterval: step.retry.maximumMs,
    },
    // A step that is told to stop saves what it has first; the run waits for that.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  });
  const activity = activities[step.kind];
  if (activity === undefined) throw new Error(`no activity ${step.kind}`);
  return activity(task);
}

function identify(pipeline: string, planSha256: string): RunIdentity {
  const { workflowId, runId, startTime } = workflowInfo();
  return { workflowId, runId, pipeline, planSha256, startedAt: startTime.toISOString() };
}

function markRun(registered: CompiledRun['searchAttributes'], pipeline: string, status: RunStatus): void {
  if (!registered) return;
  upsertSearchAttributes([
    { key: defineSearchAttributeKey(SEARCH_ATTRIBUTES.pipeline, 'KEYWORD'), value: pipeline },
    { key: defineSearchAttributeKey(SEARCH_ATTRIBUTES.status, 'KEYWORD'), value: status },
  ]);
}

function summaries(schedule: Schedule): RunResult['summaries'] {
  const entries = [...schedule.records.values()].map(({ id, outcome }) => [id, outcome?.summary ?? {}] as const);
  return Object.fromEntries(entries);
}

function now(): string {
  return new Date().toISOString();
}
