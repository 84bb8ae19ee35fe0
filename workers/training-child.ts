/**
 * The training process: one job, answered over IPC. TensorFlow is loaded here and nowhere else, and only once a job is there.
 * It ends when its parent is gone.
 */
import { AssayError } from '../contracts/errors.ts';
import type {
  ComputeHooks,
  ComputeJob,
  ComputeResult,
  ComputeSettings,
  FromChild,
  ToChild,
} from '../contracts/training.ts';

let stopping = false;
const uploaded = new Map<number, () => void>();

process.on('disconnect', () => process.exit(1));
// The worker decides when to stop: a signal sent to the whole process group must not end the child before it has saved.
process.on('SIGTERM', () => undefined);
process.on('SIGINT', () => undefined);

process.on('message', (message: ToChild) => {
  switch (message.type) {
    case 'start':
      void answer(async () => ({ v: 1, type: 'done', result: await runJob(message.job) }));
      break;
    case 'describe':
      void answer(async () => ({ v: 1, type: 'device', device: await describe(message.compute) }));
      break;
    case 'stop':
      stopping = true;
      break;
    case 'checkpointed':
      uploaded.get(message.step)?.();
      uploaded.delete(message.step);
      break;
  }
});
send({ v: 1, type: 'ready' });

async function runJob(job: ComputeJob): Promise<ComputeResult> {
  if (job.kind === 'finetune') return (await import('../models/finetune.ts')).runFinetune(job, hooks);
  return (await import('../models/evaluate.ts')).runEvaluate(job, hooks);
}

async function describe(compute: ComputeSettings) {
  const { openDevice } = await import('../models/tf.ts');
  return openDevice(compute);
}

const hooks: ComputeHooks = {
  progress(message, fraction, detail) {
    send({ v: 1, type: 'progress', message, fraction, ...detail });
  },
  checkpoint(step, dir, best) {
    return new Promise((resolve) => {
      uploaded.set(step, resolve);
      send({ v: 1, type: 'checkpoint', step, dir, best });
    });
  },
  shouldStop: () => stopping,
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
};

async function answer(work: () => Promise<FromChild>): Promise<void> {
  try {
    send(await work());
  } catch (error) {
    send(describeError(error));
  }
}

function describeError(error: unknown): FromChild {
  if (error instanceof Error && error.name === 'Stopped' && 'step' in error)
    return { v: 1, type: 'stopped', step: Number(error.step) };
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  console.error(stack === '' ? message : stack);
  const known = error instanceof AssayError;
  return {
    v: 1,
    type: 'error',
    code: known ? error.code : 'INTERNAL',
    message,
    facts: known ? error.facts : {},
    stack,
  };
}

function send(message: FromChild): void {
  process.send?.(message);
}
