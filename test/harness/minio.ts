import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { BIN, ROOT } from './paths.ts';
import { startProcess, type Running } from './process.ts';

export interface MinioServer {
  endpoint: string;
  accessKey: string;
  secretKey: string;
  /** Objects lie below it as MinIO keeps them, one folder a bucket. */
  dataDir: string;
  /** Ends the server but keeps its data; `start` brings it back at the same address. */
  pause(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

export interface MinioSettings {
  /** Puts the data on a disk of this size (a tmpfs in a user namespace of its own, so that no root is needed). */
  diskBytes?: number;
}

/** The real server, with generated credentials and data of its own, on free ports of the loopback interface. */
export async function startMinio({ diskBytes }: MinioSettings = {}): Promise<MinioServer> {
  const parent = join(ROOT, '.assay', 'test');
  await mkdir(parent, { recursive: true });
  const dataDir = await mkdtemp(join(parent, 'minio-'));
  const [port, consolePort] = [await freePort(), await freePort()];
  const [accessKey, secretKey] = [randomBytes(8).toString('hex'), randomBytes(20).toString('hex')];
  const endpoint = `http://127.0.0.1:${String(port)}`;
  const args = [
    ...['server', '--quiet', '--address', `127.0.0.1:${String(port)}`],
    ...['--console-address', `127.0.0.1:${String(consolePort)}`, '--certs-dir', join(dataDir, '.certs')],
    dataDir,
  ];
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    MINIO_ROOT_USER: accessKey,
    MINIO_ROOT_PASSWORD: secretKey,
    MINIO_UPDATE: 'off',
    MINIO_CALLHOME_ENABLE: 'off',
  };
  let server: Running | undefined;
  const start = async (): Promise<void> => {
    const minio = join(BIN, 'minio');
    server =
      diskBytes === undefined
        ? await startProcess(minio, args, { env })
        : await startProcess(
            'unshare',
            ['--user', '--map-root-user', '--mount', 'sh', '-c', ON_SMALL_DISK, minio, ...args],
            {
              env: { ...env, DISK_BYTES: String(diskBytes), DISK_DIR: dataDir },
            },
          );
    await untilReady(endpoint, server);
  };
  const pause = async (signal?: NodeJS.Signals): Promise<void> => {
    await server?.stop(signal);
  };
  const stop = async (): Promise<void> => {
    await pause('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, accessKey, secretKey, dataDir, pause, start, stop };
}

const ON_SMALL_DISK = 'mount -t tmpfs -o size="$DISK_BYTES" tmpfs "$DISK_DIR" && exec "$0" "$@"';

async function untilReady(endpoint: string, server: Running, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline && server.child.exitCode === null) {
    const answer = await fetch(`${endpoint}/minio/health/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
    await wait(50);
  }
  await server.stop('SIGKILL');
  throw new Error(`MinIO did not come up at ${endpoint}:\n${server.output()}`);
}
