/** The gpu worker: one tensor step at a time, each in a child process. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { createStepActivities } from '../activities/index.ts';
import { QUEUES } from '../contracts/queues.ts';
import { createChildTrainer } from './child-trainer.ts';
import { connect } from './connect.ts';
import { readWorkerEnvironment } from './environment.ts';
import { besideMe } from './paths.ts';
import { PROGRESS_INTERVAL, runWorkers } from './run-workers.ts';

/** Room for one step of training and the writing and upload of one checkpoint. */
const STOP_GRACE_MS = 45_000;

await runWorkers(async () => {
  const environment = readWorkerEnvironment(process.env);
  const base = await connect(environment);
  const runDir = join(environment.home, 'run');
  await mkdir(runDir, { recursive: true });
  const trainer = createChildTrainer({
    childModule: besideMe(import.meta.url, './training-child'),
    compute: environment.compute,
    lockFile: join(runDir, 'device-0.lock'),
    stopGraceMs: STOP_GRACE_MS,
  });
  const worker = await Worker.create({
    connection: base.connection,
    namespace: environment.temporal.namespace,
    taskQueue: QUEUES.gpu,
    activities: createStepActivities({ ...base.dependencies, trainer }),
    maxConcurrentActivityTaskExecutions: 1,
    maxHeartbeatThrottleInterval: PROGRESS_INTERVAL,
    // On SIGTERM the activity is cancelled at once, so that the child saves; then it has the grace time to do so.
    shutdownGraceTime: 0,
    shutdownForceTime: STOP_GRACE_MS + 10_000,
  });
  return { workers: [worker], close: () => base.connection.close() };
});
