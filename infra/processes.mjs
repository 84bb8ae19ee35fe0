import { join } from 'node:path';
import { listens } from './ports.mjs';
import { runCommand } from './command.mjs';

/**
 * @typedef {{ root: string, home: string, runtimes: string, temporalServer: string, tensorflow: string, workers: boolean, built: string, env: Record<string, string>,
 *   ports: { temporal: number, ui: number, store: number, console: number } }} ServersConfig
 * @typedef {{ name: string, command: string, args: string[], env: NodeJS.ProcessEnv, ready: (output: string) => Promise<boolean>, stopMs: number }} ProcessSpec
 */

/** Registered with the namespace when the server starts. */
const SEARCH_ATTRIBUTES = ['AssayPipeline=Keyword', 'AssayStatus=Keyword'];
const HOST = '127.0.0.1';

/** What the supervisor keeps running, in the order of starting. @param {ServersConfig} config @param {import('./credentials.mjs').Credentials} credentials @returns {ProcessSpec[]} */
export function processSpecs(config, credentials) {
  const servers = [temporal(config), minio(config, credentials)];
  if (!config.workers) return servers;
  return [...servers, worker('cpu', config, credentials), worker('gpu', config, credentials)];
}

/** @param {ServersConfig} config @returns {ProcessSpec} */
function temporal({ home, runtimes, temporalServer, ports }) {
  const binary = join(runtimes, 'bin', 'temporal');
  return {
    name: 'temporal',
    command: binary,
    args: [
      ...[
        'server',
        'start-dev',
        '--ip',
        HOST,
        '--port',
        String(ports.temporal),
        '--ui-ip',
        HOST,
        '--ui-port',
        String(ports.ui),
      ],
      ...['--db-filename', join(home, 'data', `temporal-${temporalServer}.db`), '--log-level', 'warn'],
      // The server's own 20 polls a second put two waits of some 40 ms between a task and its start.
      ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=2000'],
      ...['--dynamic-config-value', 'history.transferProcessorMaxPollHostRPS=4000'],
      ...SEARCH_ATTRIBUTES.flatMap((attribute) => ['--search-attribute', attribute]),
    ],
    env: process.env,
    stopMs: 10_000,
    async ready() {
      if (!(await listens(ports.temporal)) || !(await listens(ports.ui))) return false;
      const args = [
        'operator',
        'namespace',
        'describe',
        '--namespace',
        'default',
        '--address',
        `${HOST}:${ports.temporal}`,
      ];
      return runCommand(binary, args).then(
        () => true,
        () => false,
      );
    },
  };
}

/** @param {ServersConfig} config @param {import('./credentials.mjs').Credentials} credentials @returns {ProcessSpec} */
function minio({ home, runtimes, ports }, { accessKey, secretKey }) {
  return {
    name: 'minio',
    command: join(runtimes, 'bin', 'minio'),
    args: [
      ...['server', join(home, 'data', 'minio'), '--quiet', '--address', `${HOST}:${ports.store}`],
      ...['--console-address', `${HOST}:${ports.console}`, '--certs-dir', join(home, 'data', 'minio-certs')],
    ],
    env: {
      ...process.env,
      MINIO_ROOT_USER: accessKey,
      MINIO_ROOT_PASSWORD: secretKey,
      MINIO_UPDATE: 'off',
      MINIO_CALLHOME_ENABLE: 'off',
    },
    stopMs: 10_000,
    ready: () =>
      fetch(`http://${HOST}:${ports.store}/minio/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
  };
}

/** @param {'cpu' | 'gpu'} name @param {ServersConfig} config @param {import('./credentials.mjs').Credentials} credentials @returns {ProcessSpec} */
function worker(name, config, credentials) {
  return {
    name: `worker-${name}`,
    command: process.execPath,
    args: ['--enable-source-maps', join(config.root, 'dist', 'workers', `${name}.js`)],
    env: { ...process.env, ...workerEnvironment(config, credentials), ...config.env },
    // The gpu worker saves a checkpoint first.
    stopMs: 60_000,
    ready: (output) => Promise.resolve(output.includes('worker ready')),
  };
}

/** All that a worker is told. @param {ServersConfig} config @param {import('./credentials.mjs').Credentials} credentials @returns {Record<string, string>} */
export function workerEnvironment({ root, home, runtimes, tensorflow, ports }, { accessKey, secretKey }) {
  const cuda = join(tensorflow, 'cuda');
  const path = process.env['LD_LIBRARY_PATH'];
  return {
    ASSAY_ROOT: root,
    ASSAY_HOME: home,
    ASSAY_MODELS: process.env['ASSAY_MODELS'] ?? join(runtimes, 'models'),
    ASSAY_TEMPORAL_ADDRESS: `${HOST}:${ports.temporal}`,
    ASSAY_TEMPORAL_NAMESPACE: 'default',
    ASSAY_STORE_ENDPOINT: `http://${HOST}:${ports.store}`,
    ASSAY_STORE_ACCESS_KEY: accessKey,
    ASSAY_STORE_SECRET_KEY: secretKey,
    LD_LIBRARY_PATH: path === undefined ? cuda : `${cuda}:${path}`,
  };
}
