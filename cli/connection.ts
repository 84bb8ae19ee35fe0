import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { AssayError } from '../contracts/errors.ts';
import { createMinioStore } from '../storage/minio-store.ts';
import type { Store } from '../storage/store.ts';
import { findServers, type Environment, type Servers } from './environment.ts';

const CONNECT_TIMEOUT_MS = 3000;

/** Connects to Temporal for the length of `use`. @throws AssayError TEMPORAL_UNREACHABLE, SERVERS_NOT_RUNNING */
export async function withClient<T>(
  environment: Environment,
  use: (client: Client, servers: Servers) => Promise<T>,
): Promise<T> {
  const servers = findServers(environment);
  const { address, namespace } = servers.temporal;
  const connection = await Connection.connect({ address, connectTimeout: CONNECT_TIMEOUT_MS }).catch(
    (cause: unknown) => {
      throw new AssayError('TEMPORAL_UNREACHABLE', { address }, { cause });
    },
  );
  try {
    return await use(new Client({ connection, namespace }), servers);
  } finally {
    await connection.close();
  }
}

export function openStore({ home }: Environment, { store }: Servers): Store {
  return createMinioStore({ ...store, cacheDir: join(home, 'cache'), clock: () => new Date() });
}
