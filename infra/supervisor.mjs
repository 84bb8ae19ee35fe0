/**
 * Owns the servers and the workers: starts them in order, restarts what dies with growing waits, writes the state file, and on
 * SIGTERM ends the workers first, so that a training is saved while the servers still take it.
 * usage: node supervisor.mjs HOME
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCredentials } from './credentials.mjs';
import { openLog } from './log-file.mjs';
import { identityOf } from './process-identity.mjs';
import { processSpecs } from './processes.mjs';
import { removeState, writeState } from './server-state.mjs';

const home = process.argv[2] ?? '';
/** @type {import('./processes.mjs').ServersConfig} */
let config = readConfig();
const credentials = readCredentials({ home });
if (credentials === undefined) throw new Error('no credentials');
mkdirSync(join(home, 'data', 'minio'), { recursive: true });
const own = openLog(join(home, 'logs', 'supervisor.log'));
const note = (/** @type {string} */ text) => own.write(`${new Date().toISOString()} ${text}\n`);

/** @typedef {{ spec: import('./processes.mjs').ProcessSpec, child?: import('node:child_process').ChildProcess, output: string, restarts: number, startedAt: number, ready: boolean, log: ReturnType<typeof openLog> }} Kept */
/** @type {Kept[]} */
const kept = processSpecs(config, credentials).map((spec) => ({
  spec,
  output: '',
  restarts: 0,
  startedAt: 0,
  ready: false,
  log: openLog(join(home, 'logs', `${spec.name}.log`)),
}));
let stopping = false;

process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
process.on('SIGHUP', () => void restartWorkers());

for (const entry of kept) await bring(entry);
publish('running');
note('everything is up');

/** @param {Kept} entry */
async function bring(entry) {
  start(entry);
  for (let waited = 0; !stopping && !entry.ready; waited += 50) {
    // A process that dies is started again by its own handler; one that never comes up is told.
    if (waited > 60_000) return fail(`${entry.spec.name} did not come up`);
    if (entry.restarts > 3) return fail(`${entry.spec.name} keeps ending`);
    entry.ready = entry.child?.exitCode === null && (await entry.spec.ready(entry.output));
    if (!entry.ready) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  publish('starting');
}

/** @param {Kept} entry */
function start(entry) {
  const { spec, log } = entry;
  const child = spawn(spec.command, spec.args, {
    env: spec.env,
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  Object.assign(entry, { child, output: '', startedAt: Date.now() });
  const read = (/** @type {Buffer} */ chunk) => {
    log.write(chunk);
    entry.output = (entry.output + chunk.toString()).slice(-4000);
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  child.once('error', (error) => note(`${spec.name}: ${error.message}`));
  child.once('exit', (code, signal) => {
    if (stopping || entry.child !== child) return;
    // A minute of good work forgets earlier failures.
    if (Date.now() - entry.startedAt > 60_000) entry.restarts = 0;
    entry.restarts += 1;
    const waitMs = Math.min(30_000, 500 * 2 ** (entry.restarts - 1));
    note(`${spec.name} ended (${signal ?? code}); starting it again in ${waitMs} ms`);
    setTimeout(() => {
      if (stopping) return;
      start(entry);
      publish('running');
    }, waitMs);
  });
}

async function restartWorkers() {
  note('restarting the workers');
  config = readConfig();
  const workers = kept.filter(({ spec }) => spec.name.startsWith('worker'));
  publish('starting');
  for (const entry of workers) {
    const { child } = entry;
    delete entry.child;
    if (child !== undefined) await end(child, entry.spec.stopMs);
    entry.ready = false;
    await bring(entry);
  }
  publish('running');
}

async function stop() {
  if (stopping) return;
  stopping = true;
  note('stopping');
  publish('stopping');
  for (const group of [
    kept.filter(({ spec }) => spec.name.startsWith('worker')),
    kept.filter(({ spec }) => !spec.name.startsWith('worker')),
  ])
    await Promise.all(group.map(({ child, spec }) => (child === undefined ? undefined : end(child, spec.stopMs))));
  removeState(home);
  note('stopped');
  process.exit(0);
}

/** @param {string} what */
async function fail(what) {
  note(what);
  console.error(what);
  publish('failed');
  await stop();
}

/** @param {import('node:child_process').ChildProcess} child @param {number} graceMs */
function end(child, graceMs) {
  return new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** @param {'starting' | 'running' | 'stopping' | 'failed'} phase */
function publish(phase) {
  const { ports } = config;
  writeState(home, {
    phase,
    built: config.built,
    supervisor: identityOf(),
    temporal: { address: `127.0.0.1:${ports.temporal}`, ui: `http://127.0.0.1:${ports.ui}`, namespace: 'default' },
    store: { endpoint: `http://127.0.0.1:${ports.store}`, console: `http://127.0.0.1:${ports.console}` },
    processes: kept.flatMap(({ spec, child, restarts }) =>
      child?.pid === undefined
        ? []
        : [{ name: spec.name, ...identityOf(child.pid), restarts, log: join('logs', `${spec.name}.log`) }],
    ),
  });
}

function readConfig() {
  return JSON.parse(readFileSync(join(home, 'run', 'config.json'), 'utf8'));
}
