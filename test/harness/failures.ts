import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';
import type { StepFailure } from '../../contracts/plan.ts';

/** How a run failed, as its starter sees it. @throws when it did not fail, or failed without a description. */
export async function failureOf(run: Promise<unknown>): Promise<StepFailure> {
  const error = await run.then(
    () => new Error('the run did not fail'),
    (reason: unknown) => reason,
  );
  let cause: unknown = error instanceof WorkflowFailedError ? error.cause : undefined;
  while (cause instanceof Error && !(cause instanceof ApplicationFailure)) cause = cause.cause;
  const [detail] = cause instanceof ApplicationFailure ? (cause.details ?? []) : [];
  if (detail === undefined) throw error;
  return detail as StepFailure;
}
