import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../command.mjs';
import { sha256Of } from '../digest.mjs';

const STAMP = join('node_modules', '.assay-lock');

/** @param {{ root: string }} context @returns {Promise<boolean>} what the lockfile names is installed */
export async function npmIsInstalled({ root }) {
  const stamp = join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === (await sha256Of(join(root, 'package-lock.json')));
}

/** @param {{ root: string, say: (text: string) => void }} context */
export async function installNpm({ root, say }) {
  say('npm ci');
  await runCommand('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    what: 'npm ci',
  });
  // `npx assay` looks there; npm does not link a project's own commands.
  const bin = join(root, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  if (lstatSync(join(bin, 'assay'), { throwIfNoEntry: false }) !== undefined) rmSync(join(bin, 'assay'));
  symlinkSync(join('..', '..', 'cli', 'assay.mjs'), join(bin, 'assay'));
  writeFileSync(join(root, STAMP), await sha256Of(join(root, 'package-lock.json')));
}
