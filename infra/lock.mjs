import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identityOf, isAlive } from './process-identity.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * Keeps a second one out. A lock whose holder is gone is taken over.
 * @param {string} file
 * @returns {() => void} releases it; safe to call twice
 * @throws {SetupError} SETUP_RUNNING with the holder's process id
 */
export function takeLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(identityOf()), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (tryLink(mine, file)) return releaser(file);
      const holder = readHolder(file);
      if (isAlive(holder)) throw taken(holder.pid);
      removeStale(file, mine);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  throw new SetupError('SETUP_RUNNING', `cannot take ${file}`, 'Run the command again.');
}

/** A link appears with its content, in one step, or not at all. @param {string} mine @param {string} file */
function tryLink(mine, file) {
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead holder's lock away; one that somebody took in the meantime is put back. @param {string} file @param {string} mine */
function removeStale(file, mine) {
  const away = `${mine}.stale`;
  try {
    renameSync(file, away);
  } catch {
    return;
  }
  const holder = readHolder(away);
  if (isAlive(holder)) {
    tryLink(away, file);
    rmSync(away, { force: true });
    throw taken(holder.pid);
  }
  rmSync(away, { force: true });
}

/** @param {string} file */
function releaser(file) {
  const release = () => {
    process.off('exit', release);
    if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true });
  };
  process.once('exit', release);
  return release;
}

/** @param {number} pid */
function taken(pid) {
  return new SetupError(
    'SETUP_RUNNING',
    `another set-up is running (process ${pid})`,
    'Wait for it, or end it, then run the command again.',
  );
}

/** @param {string} file @returns {Partial<import('./process-identity.mjs').ProcessIdentity> | undefined} */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
