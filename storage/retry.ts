import { setTimeout as wait } from 'node:timers/promises';
import { AssayError } from '../contracts/errors.ts';

/** The store's own, short patience: it bridges a dropped connection or a restart; longer outages are Temporal's to retry. */
export interface RetryPolicy {
  /** The first included. */
  attempts: number;
  /** Before the second attempt; doubles each time. */
  firstDelayMs: number;
}

/**
 * Repeats `work` while it fails with an error that may pass by itself.
 * @throws the last failure, or the signal's reason
 */
export async function retrying<T>(
  { attempts, firstDelayMs }: RetryPolicy,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || !(error instanceof AssayError) || !error.retry) throw error;
      await wait(firstDelayMs * 2 ** (attempt - 1), undefined, signal === undefined ? {} : { signal });
    }
  }
}
