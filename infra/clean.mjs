import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeOf } from './doctor.mjs';
import { readState } from './server-state.mjs';
import { SetupError } from './setup-error.mjs';

/** What was installed: kept unless everything is to go. */
const INSTALLED = ['bin', 'tensorflow', 'models', 'peer'];

/**
 * Removes what runs have made; with `all`, what the set-up has installed too.
 * @param {{ root: string, home: string, all?: boolean }} options
 * @throws {SetupError} SERVERS_RUNNING
 */
export async function clean({ root, home, all = false }) {
  if (readState({ home }) !== undefined)
    throw new SetupError('SERVERS_RUNNING', 'the servers are running', 'Stop them first: npx assay down');
  const made = existsSync(home)
    ? (await readdir(home)).filter((name) => all || !INSTALLED.includes(name)).map((name) => join(home, name))
    : [];
  const removed = [];
  for (const path of [...made, ...(all ? [join(root, 'dist'), join(root, 'node_modules')] : [])]) {
    if (!existsSync(path)) continue;
    removed.push({ path, bytes: await sizeOf(path) });
    await rm(path, { recursive: true, force: true });
  }
  return { removed };
}
