import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { builtStamp } from './build.mjs';
import { ensureCredentials } from './credentials.mjs';
import { tensorflowFolder } from './install/tensorflow.mjs';
import { takeLock } from './lock.mjs';
import { readPins } from './pins.mjs';
import { freePort } from './ports.mjs';
import { isAlive } from './process-identity.mjs';
import { orphansOf, readState, removeState } from './server-state.mjs';
import { SetupError } from './setup-error.mjs';

export { readCredentials } from './credentials.mjs';
export { freePort } from './ports.mjs';
export { readState } from './server-state.mjs';

/** @typedef {import('./server-state.mjs').ServersState} ServersState */

/** Long enough for a training to be saved. */
const ORPHAN_GRACE_MS = 60_000;

const DEFAULT_PORTS = { temporal: 7233, ui: 8233, store: 9000, console: 9001 };

/**
 * Starts Temporal, MinIO and the workers under a detached supervisor, or finds them running. Default ports first, others where
 * those are busy. Workers of an older build, or that read their data elsewhere than `$ASSAY_DATA` says now, are restarted.
 * @param {{ root: string, home?: string, runtimes?: string, ports?: 'default' | 'free', workers?: boolean, env?: Record<string, string> }} options
 * @returns {Promise<ServersState>}
 * @throws {SetupError} SERVERS_FAILED with the end of the log
 */
export async function up({
  root,
  home = join(root, '.assay'),
  runtimes = join(root, '.assay'),
  ports = 'default',
  workers = true,
  env = {},
}) {
  mkdirSync(join(home, 'run'), { recursive: true });
  const release = takeLock(join(home, 'run', 'up.lock'));
  try {
    const running = readState({ home });
    const data = dataFolder() ?? (running === undefined ? '' : (readConfig(home).env['ASSAY_DATA'] ?? ''));
    const built = [builtStamp(root), data].join(' ').trim();
    if (running?.phase === 'running' && running.built === built) return running;
    const pins = readPins(root);
    const config = {
      ...{ root, home, runtimes, workers, built, env: { ASSAY_DATA: data, ...env } },
      temporalServer: pins.temporal.server,
      tensorflow: tensorflowFolder({ home: runtimes, pins }),
    };
    if (running?.phase === 'running') {
      writeConfig(home, { ...config, ports: readConfig(home).ports });
      process.kill(running.supervisor.pid, 'SIGHUP');
      return await untilRunning(home, built);
    }
    // Two servers on one database would ruin it.
    await endOrphans(home);
    ensureCredentials({ home });
    writeConfig(home, { ...config, ports: await choosePorts(ports) });
    mkdirSync(join(home, 'logs'), { recursive: true });
    const log = openSync(join(home, 'logs', 'supervisor.out'), 'w', 0o600);
    const child = spawn(process.execPath, [join(root, 'infra', 'supervisor.mjs'), home], {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: home,
    });
    child.unref();
    return await untilRunning(home, built, () => child.exitCode !== null);
  } finally {
    release();
  }
}

/** Ends what `up` started: workers first, with time to save. @param {{ home: string }} options @returns {Promise<boolean>} false when nothing ran */
export async function down({ home }) {
  const state = readState({ home });
  if (state === undefined) return endOrphans(home);
  process.kill(state.supervisor.pid, 'SIGTERM');
  while (isAlive(state.supervisor)) await new Promise((wake) => setTimeout(wake, 50));
  return true;
}

/** Ends processes whose supervisor was killed: workers first. @param {string} home */
async function endOrphans(home) {
  const orphans = orphansOf({ home }).reverse();
  for (const orphan of orphans) {
    process.kill(orphan.pid, 'SIGTERM');
    for (let waited = 0; isAlive(orphan); waited += 50) {
      if (waited === ORPHAN_GRACE_MS) process.kill(orphan.pid, 'SIGKILL');
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }
  removeState(home);
  return orphans.length > 0;
}

/** @param {'default' | 'free'} wanted */
async function choosePorts(wanted) {
  /** @type {typeof DEFAULT_PORTS} */
  const chosen = { ...DEFAULT_PORTS };
  for (const name of /** @type {(keyof typeof DEFAULT_PORTS)[]} */ (Object.keys(chosen)))
    chosen[name] = await freePort(wanted === 'free' ? 0 : DEFAULT_PORTS[name]);
  return chosen;
}

/** `$ASSAY_DATA` for processes that run elsewhere; undefined when it is not set. */
function dataFolder() {
  const given = process.env['ASSAY_DATA'];
  return given === undefined || given === '' ? undefined : resolve(given);
}

/** @param {string} home @returns {import('./processes.mjs').ServersConfig} */
function readConfig(home) {
  return JSON.parse(readFileSync(join(home, 'run', 'config.json'), 'utf8'));
}

/** @param {string} home @param {object} config */
function writeConfig(home, config) {
  writeFileSync(join(home, 'run', 'config.json'), JSON.stringify(config, null, 1), { mode: 0o600 });
}

/** @param {string} home @param {string} built @param {() => boolean} [gone] @returns {Promise<ServersState>} */
async function untilRunning(home, built, gone = () => false) {
  for (let waited = 0; waited < 120_000; waited += 50) {
    const state = readState({ home });
    if (state?.phase === 'running' && state.built === built) return state;
    if (gone()) break;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  const logs = ['supervisor.out', 'temporal.log', 'minio.log', 'worker-cpu.log', 'worker-gpu.log'].flatMap((name) => {
    const tail = readTail(join(home, 'logs', name));
    return tail === '' ? [] : [`${name}: ${tail}`];
  });
  throw new SetupError(
    'SERVERS_FAILED',
    `the servers did not come up:\n${logs.join('\n')}`,
    'See `npx assay logs` and `npx assay doctor`.',
  );
}

/** @param {string} file */
function readTail(file) {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-5).join('\n');
  } catch {
    return '';
  }
}
