import { spawn } from 'node:child_process';
import { SetupError } from './setup-error.mjs';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** From now on a signal ends the tools that run, then this process. @returns {() => void} undoes it */
export function endCommandsOnSignal() {
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  const end = () => {
    for (const child of running) if (child.pid !== undefined) tryKill(-child.pid, 'SIGTERM');
    console.error('\nstopped; what was fetched so far is kept, run the command again to go on');
    process.exit(130);
  };
  for (const signal of signals) process.once(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}

/**
 * Runs a tool in a process group of its own, so that Ctrl-C ends all of it.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void, what?: string }} [options]
 * @returns {Promise<string>} what it printed
 */
export function runCommand(command, args, { cwd, env, onLine, what } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    running.add(child);
    let output = '';
    const read = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString()).slice(-200_000);
      const line = chunk.toString().trim().split('\n').at(-1);
      if (line !== undefined && line !== '') onLine?.(line);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    const fail = (/** @type {string} */ how, /** @type {unknown} */ cause) => {
      running.delete(child);
      const tail = output.trim().split('\n').slice(-12).join('\n');
      const message = `${what ?? command} failed (${how})${tail === '' ? '' : `:\n${tail}`}`;
      reject(
        new SetupError(
          'SETUP_COMMAND_FAILED',
          message,
          'See the lines above; run the command again once that is mended.',
          { cause },
        ),
      );
    };
    child.once('error', (error) => fail(error.message, error));
    child.once('close', (code, signal) => {
      running.delete(child);
      if (code === 0) resolve(output);
      else fail(signal ?? `exit code ${code}`, undefined);
    });
  });
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function tryKill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}

/** @param {string} tool @returns {Promise<string | undefined>} its path */
export async function which(tool) {
  const found = await runCommand('sh', ['-c', `command -v ${tool}`]).catch(() => '');
  return found.trim() === '' ? undefined : found.trim();
}
