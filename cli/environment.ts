import { join } from 'node:path';
import { AssayError } from '../contracts/errors.ts';
import { readCredentials, readState } from '../infra/servers.mjs';

/** Where this command line works, read once. */
export interface Environment {
  root: string;
  home: string;
  pipelinesDir: string;
  catalogueFile: string;
  modelsDir: string;
  env: NodeJS.ProcessEnv;
}

export function readEnvironment(root: string, env: NodeJS.ProcessEnv): Environment {
  const home = env['ASSAY_HOME'] ?? join(root, '.assay');
  const pipelinesDir = join(root, 'pipelines');
  return {
    root,
    home,
    pipelinesDir,
    catalogueFile: join(pipelinesDir, 'datasets.yaml'),
    modelsDir: env['ASSAY_MODELS'] ?? join(home, 'models'),
    env,
  };
}

export interface Servers {
  temporal: { address: string; namespace: string; ui: string | undefined };
  store: { endpoint: string; accessKey: string; secretKey: string; bucket: string; console: string | undefined };
}

/**
 * The servers of this project, or those that the environment names.
 * @throws AssayError SERVERS_NOT_RUNNING
 */
export function findServers({ home, env }: Environment): Servers {
  const state = readState({ home });
  const credentials = readCredentials({ home });
  const address = env['ASSAY_TEMPORAL_ADDRESS'] ?? state?.temporal.address;
  const endpoint = env['ASSAY_STORE_ENDPOINT'] ?? state?.store.endpoint;
  const accessKey = env['ASSAY_STORE_ACCESS_KEY'] ?? credentials?.accessKey;
  const secretKey = env['ASSAY_STORE_SECRET_KEY'] ?? credentials?.secretKey;
  if (address === undefined || endpoint === undefined || accessKey === undefined || secretKey === undefined)
    throw new AssayError('SERVERS_NOT_RUNNING');
  return {
    temporal: {
      address,
      namespace: env['ASSAY_TEMPORAL_NAMESPACE'] ?? 'default',
      ui: env['ASSAY_TEMPORAL_UI'] ?? state?.temporal.ui,
    },
    store: {
      endpoint,
      accessKey,
      secretKey,
      bucket: env['ASSAY_STORE_BUCKET'] ?? 'assay',
      console: state?.store.console,
    },
  };
}
