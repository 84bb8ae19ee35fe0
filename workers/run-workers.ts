import type { Worker } from '@temporalio/worker';
import { AssayError } from '../contracts/errors.ts';

interface Started {
  workers: Worker[];
  close(): Promise<void>;
}

/** How often progress reaches the server; the SDK would hold it back for most of the heartbeat timeout. */
export const PROGRESS_INTERVAL = '1 second';

/** Runs until a signal or a failure; a user's mistake is told without a stack. */
export async function runWorkers(start: () => Promise<Started>): Promise<void> {
  try {
    const { workers, close } = await start();
    // The supervisor waits for this line.
    console.log('worker ready');
    await Promise.all(workers.map((worker) => worker.run()));
    await close();
  } catch (error) {
    console.error(error instanceof AssayError ? `${error.code}: ${error.message}\n${error.remedy}` : error);
    process.exitCode = 1;
  }
}
