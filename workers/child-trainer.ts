import { fork, type ChildProcess } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import type { Trainer, TrainerEvents } from '../activities/ports.ts';
import { AssayError, isErrorCode } from '../contracts/errors.ts';
import type {
  ComputeJob,
  ComputeResult,
  ComputeSettings,
  DeviceReport,
  FromChild,
  ToChild,
} from '../contracts/training.ts';
import { lockDevice } from './device-lock.ts';

export interface ChildTrainerOptions {
  /** Compiled module of the child. */
  childModule: string;
  compute: ComputeSettings;
  lockFile: string;
  /** After a request to stop, the child has this long to save before it is killed. */
  stopGraceMs: number;
}

/**
 * Trains in a child process, one at a time: TensorFlow's calls block, and a crash of the library must not take the worker along.
 */
export function createChildTrainer(options: ChildTrainerOptions): Trainer {
  let device: Promise<DeviceReport> | undefined;
  return {
    device() {
      device ??= describeDevice(options);
      device.catch(() => (device = undefined));
      return device;
    },
    async run(job, events) {
      const release = await lockDevice(options.lockFile, options.compute.device);
      try {
        await mkdir(job.outDir, { recursive: true });
        return await runJob(options, job, events);
      } finally {
        await release();
      }
    },
  };
}

async function runJob(options: ChildTrainerOptions, job: ComputeJob, events: TrainerEvents): Promise<ComputeResult> {
  const child = spawnChild(options.childModule);
  let uploads = Promise.resolve();
  let stopTimer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    send(child, { v: 1, type: 'stop' });
    stopTimer = setTimeout(() => child.kill('SIGKILL'), options.stopGraceMs);
  };
  try {
    return await new Promise<ComputeResult>((resolve, reject) => {
      const fail = (error: unknown): void => {
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      child.on('error', fail);
      child.on('exit', (code, signal) => {
        const how = signal === null ? `exit code ${String(code)}` : `signal ${signal}`;
        fail(events.signal.aborted ? stopped(job) : new AssayError('TRAINING_PROCESS_DIED', { how }));
      });
      child.on('message', (message: FromChild) => {
        switch (message.type) {
          case 'progress':
            events.progress(message.message, message.fraction);
            break;
          case 'checkpoint': {
            const { step, dir, best } = message;
            uploads = uploads.then(async () => {
              await events.checkpoint(step, dir, best);
              await rm(dir, { recursive: true, force: true });
              send(child, { v: 1, type: 'checkpointed', step });
            });
            uploads.catch(fail);
            break;
          }
          case 'done':
            uploads.then(() => {
              resolve(message.result);
            }, fail);
            break;
          case 'stopped':
            uploads.then(() => {
              fail(stopped(job));
            }, fail);
            break;
          case 'error':
            fail(errorOf(message));
            break;
          case 'ready':
          case 'device':
            break;
        }
      });
      if (events.signal.aborted) stop();
      else events.signal.addEventListener('abort', stop, { once: true });
      send(child, { v: 1, type: 'start', job });
    });
  } finally {
    clearTimeout(stopTimer);
    events.signal.removeEventListener('abort', stop);
    await end(child);
  }
}

async function describeDevice({ childModule, compute }: ChildTrainerOptions): Promise<DeviceReport> {
  const child = spawnChild(childModule);
  try {
    return await new Promise<DeviceReport>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code) => {
        reject(
          new AssayError('TRAINING_PROCESS_DIED', { how: `exit code ${String(code)} while asked for its device` }),
        );
      });
      child.on('message', (message: FromChild) => {
        if (message.type === 'device') resolve(message.device);
        if (message.type === 'error') reject(errorOf(message));
      });
      send(child, { v: 1, type: 'describe', compute });
    });
  } finally {
    await end(child);
  }
}

function spawnChild(module: string): ChildProcess {
  return fork(module, [], {
    serialization: 'advanced',
    execArgv: ['--enable-source-maps'],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: process.env['TF_CPP_MIN_LOG_LEVEL'] ?? '2' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

function send(child: ChildProcess, message: ToChild): void {
  // The callback keeps a write to a child that has just died from throwing; its exit is what is reported.
  if (child.connected) child.send(message, () => undefined);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

function stopped(job: ComputeJob): AssayError {
  return new AssayError('WORKER_STOPPING', { step: job.kind });
}

function errorOf({ code, message, facts }: Extract<FromChild, { type: 'error' }>): AssayError {
  return isErrorCode(code) ? new AssayError(code, facts) : new AssayError('INTERNAL', { what: message });
}
