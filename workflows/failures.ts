import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';
import { AssayError, isErrorCode } from '../contracts/errors.ts';
import type { StepFailure } from '../contracts/plan.ts';

/** What the manifest, the UI and the command line show of a failed activity: its code, place and remedy, no stack. */
export function describeFailure(step: string, failure: unknown): StepFailure {
  if (failure instanceof AssayError) return fromAssayError(failure);
  if (failure instanceof ActivityFailure || failure instanceof ApplicationFailure) {
    const cause = failure instanceof ActivityFailure ? failure.cause : failure;
    if (cause instanceof ApplicationFailure) return fromApplicationFailure(cause);
    if (cause instanceof TimeoutFailure)
      return fromAssayError(new AssayError('STEP_TIMED_OUT', { step, what: timeoutWords(cause) }));
    if (cause instanceof CancelledFailure) return fromAssayError(new AssayError('STEP_CANCELLED', { step }));
  }
  if (isCancellation(failure)) return fromAssayError(new AssayError('STEP_CANCELLED', { step }));
  return fromAssayError(
    new AssayError('INTERNAL', { what: failure instanceof Error ? failure.message : String(failure) }),
  );
}

/** The failure that ends the workflow: typed by the code, carrying the whole description. */
export function toWorkflowFailure(step: string, failure: StepFailure): ApplicationFailure {
  return ApplicationFailure.create({
    type: failure.code,
    message: `step "${step}" failed: ${failure.message}`,
    nonRetryable: true,
    details: [failure],
  });
}

function fromAssayError(error: AssayError): StepFailure {
  return { code: error.code, message: error.message, remedy: error.remedy, facts: { ...error.facts } };
}

function fromApplicationFailure(failure: ApplicationFailure): StepFailure {
  const [detail] = failure.details ?? [];
  if (isStepFailure(detail)) return detail;
  const code = failure.type ?? 'INTERNAL';
  const described = new AssayError(isErrorCode(code) ? code : 'INTERNAL', { what: failure.message });
  return { ...fromAssayError(described), message: failure.message };
}

function isStepFailure(value: unknown): value is StepFailure {
  return typeof value === 'object' && value !== null && 'code' in value && 'remedy' in value && 'message' in value;
}

function timeoutWords(timeout: TimeoutFailure): string {
  switch (timeout.timeoutType) {
    case 'HEARTBEAT':
      return 'stopped reporting: its worker was killed, or lost the server';
    case 'START_TO_CLOSE':
      return 'took longer than its timeout';
    default:
      return `timed out (${timeout.timeoutType})`;
  }
}
