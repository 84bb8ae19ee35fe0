import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identityOf, isAlive } from './process-identity.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * Keeps a second one out. A lock whose holder is gone is taken over.
 * @param {string} file
 * @returns {() => void} releases it; safe to call twice
 */
export function takeLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(file, JSON.stringify(identityOf()), { flag: 'wx', mode: 0o600 });
      const release = () => rmSync(file, { force: true });
      process.once('exit', release);
      return release;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
      const holder = readHolder(file);
      if (isAlive(holder))
        throw new SetupError(
          'SETUP_RUNNING',
          `another set-up is running (process ${holder.pid})`,
          'Wait for it, or end it, then run the command again.',
        );
      rmSync(file, { force: true });
    }
  }
  throw new SetupError('SETUP_RUNNING', `cannot take ${file}`, 'Run the command again.');
}

/** @param {string} file */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
