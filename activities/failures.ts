import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { AssayError } from '../contracts/errors.ts';
import type { StepFailure } from '../contracts/plan.ts';

/**
 * What Temporal gets to see of an error: type = code, the description as its detail, retried or not by the code alone.
 * The cause stays in the worker's log: messages of foreign errors may hold data.
 */
export function toActivityFailure(error: unknown, step: string, signal: AbortSignal): Error {
  if (signal.aborted && isShutdown(signal.reason)) return fromAssayError(new AssayError('WORKER_STOPPING', { step }));
  if (signal.aborted) return signal.reason instanceof Error ? signal.reason : new CancelledFailure('cancelled');
  if (error instanceof AssayError) return fromAssayError(error);
  const what = `step "${step}" met an unexpected ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  return fromAssayError(new AssayError('INTERNAL', { what }, { cause: error }));
}

export function fromAssayError(error: AssayError): ApplicationFailure {
  const detail: StepFailure = {
    code: error.code,
    message: error.message,
    remedy: error.remedy,
    facts: { ...error.facts },
  };
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: !error.retry,
    details: [detail],
  });
}

/** The SDK aborts with this reason on a signal to the worker; any other reason is the run's own. */
function isShutdown(reason: unknown): boolean {
  return reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN';
}
