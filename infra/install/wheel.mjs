import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../command.mjs';
import { verify } from '../digest.mjs';
import { SetupError } from '../setup-error.mjs';

/**
 * Fetches one wheel from the Python registry; no matching Python is needed, since only its files are used.
 * @param {{ requirement: string, sha256?: string, dir: string, say: (text: string) => void }} options
 * @returns {Promise<string>} its path; the caller removes `dir`
 */
export async function fetchWheel({ requirement, sha256, dir, say }) {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  say(`fetching ${requirement}`);
  const args = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--python-version',
    '3.11',
    '--no-cache-dir',
    '--disable-pip-version-check',
    '--progress-bar',
    'off',
    '-d',
    dir,
    requirement,
  ];
  await runCommand('python3', args, { what: `pip download ${requirement}` });
  const wheel = (await readdir(dir)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined)
    throw new SetupError('SETUP_NO_SOURCE', `no wheel came for ${requirement}`, 'Run the command again.');
  await verify(join(dir, wheel), sha256, requirement);
  return join(dir, wheel);
}

const UNZIP = `
import sys, zipfile
wheel, to, prefixes = sys.argv[1], sys.argv[2], sys.argv[3:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if any(name.startswith(prefix) for prefix in prefixes): archive.extract(name, to)
`;

/** Takes the members whose names begin so. @param {string} wheel @param {string} to @param {string[]} prefixes */
export async function unpackWheel(wheel, to, prefixes) {
  await mkdir(to, { recursive: true });
  await runCommand('python3', ['-c', UNZIP, wheel, to, ...prefixes], { what: 'unpacking' });
}
