import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './process-identity.mjs';

/**
 * @typedef {import('./process-identity.mjs').ProcessIdentity} ProcessIdentity
 * @typedef {{
 *   phase: 'starting' | 'running' | 'stopping' | 'failed',
 *   built: string,
 *   supervisor: ProcessIdentity,
 *   temporal: { address: string, ui: string, namespace: string },
 *   store: { endpoint: string, console: string },
 *   processes: (ProcessIdentity & { name: string, restarts: number, log: string })[],
 * }} ServersState
 */

/** @param {string} home */
const fileOf = (home) => join(home, 'run', 'servers.json');

/** @param {string} home @param {ServersState} state */
export function writeState(home, state) {
  mkdirSync(join(home, 'run'), { recursive: true });
  writeFileSync(`${fileOf(home)}.part`, JSON.stringify(state, null, 1), { mode: 0o600 });
  renameSync(`${fileOf(home)}.part`, fileOf(home));
}

/** @param {string} home */
export function removeState(home) {
  rmSync(fileOf(home), { force: true });
}

/** The state of the servers of this folder; undefined when their supervisor is gone. @param {{ home: string }} options @returns {ServersState | undefined} */
export function readState({ home }) {
  const state = lastState(home);
  return isAlive(state?.supervisor) ? state : undefined;
}

/** Processes that outlived their supervisor, in the order of starting. @param {{ home: string }} options @returns {(ProcessIdentity & { name: string })[]} */
export function orphansOf({ home }) {
  const state = lastState(home);
  return state === undefined || isAlive(state.supervisor) ? [] : state.processes.filter(isAlive);
}

/** @param {string} home @returns {ServersState | undefined} */
function lastState(home) {
  try {
    return JSON.parse(readFileSync(fileOf(home), 'utf8'));
  } catch {
    return undefined;
  }
}
