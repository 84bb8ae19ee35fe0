import { join } from 'node:path';
import { AssayError } from '../contracts/errors.ts';

/** What a worker process is told by its environment, read once. */
export interface WorkerEnvironment {
  projectRoot: string;
  /** Holds the local artifact cache, temporary files and locks. */
  home: string;
  modelsDir: string;
  dataDir: string | null;
  temporal: { address: string; namespace: string };
  store: { endpoint: string; accessKey: string; secretKey: string; bucket: string };
  compute: { device: 'auto' | 'cpu' | 'gpu'; threads: number };
}

/** @throws AssayError ENVIRONMENT_INVALID, naming the variable. */
export function readWorkerEnvironment(env: NodeJS.ProcessEnv): WorkerEnvironment {
  const home = required(env, 'ASSAY_HOME');
  return {
    projectRoot: required(env, 'ASSAY_ROOT'),
    home,
    modelsDir: env['ASSAY_MODELS'] ?? join(home, 'models'),
    dataDir: env['ASSAY_DATA'] === undefined || env['ASSAY_DATA'] === '' ? null : env['ASSAY_DATA'],
    temporal: {
      address: required(env, 'ASSAY_TEMPORAL_ADDRESS'),
      namespace: env['ASSAY_TEMPORAL_NAMESPACE'] ?? 'default',
    },
    store: {
      endpoint: required(env, 'ASSAY_STORE_ENDPOINT'),
      accessKey: required(env, 'ASSAY_STORE_ACCESS_KEY'),
      secretKey: required(env, 'ASSAY_STORE_SECRET_KEY'),
      bucket: env['ASSAY_STORE_BUCKET'] ?? 'assay',
    },
    compute: { device: device(env['ASSAY_DEVICE'] ?? 'auto'), threads: count(env['ASSAY_THREADS'] ?? '0') },
  };
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '')
    throw new AssayError('ENVIRONMENT_INVALID', { problem: `${name} is not set` });
  return value;
}

function device(value: string): 'auto' | 'cpu' | 'gpu' {
  if (value === 'auto' || value === 'cpu' || value === 'gpu') return value;
  throw new AssayError('ENVIRONMENT_INVALID', { problem: `ASSAY_DEVICE is "${value}", not auto, cpu or gpu` });
}

function count(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new AssayError('ENVIRONMENT_INVALID', { problem: `ASSAY_THREADS is "${value}", not a whole number` });
}
