import { existsSync, renameSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runCommand, which } from './command.mjs';
import { sha256Of, verify } from './digest.mjs';

/**
 * Fetches an address with curl: resumes a part that is there, follows the proxy and certificate settings of the environment,
 * and gives up within seconds where the network is closed.
 * @param {{ url: string, to: string, sha256?: string, say?: (text: string) => void }} options
 * @returns {Promise<boolean>} false when the address cannot be reached
 */
export async function download({ url, to, sha256, say }) {
  if ((await which('curl')) === undefined) return false;
  await mkdir(dirname(to), { recursive: true });
  const part = `${to}.part`;
  const fetchPart = () =>
    runCommand('curl', [
      '--fail',
      '--location',
      '--silent',
      '--show-error',
      '--connect-timeout',
      '5',
      '--speed-limit',
      '1000',
      '--speed-time',
      '30',
      '--retry',
      '2',
      '--continue-at',
      '-',
      '--output',
      part,
      url,
    ]);
  say?.(`downloading ${new URL(url).pathname.split('/').at(-1)}`);
  try {
    await fetchPart();
  } catch {
    // A part that was whole already has nothing to go on from, which a server answers with an error.
    if (!(await isWhole(part, sha256))) return false;
  }
  try {
    await verify(part, sha256, url);
  } catch {
    // A part of an older file: once more from the beginning.
    rmSync(part, { force: true });
    await fetchPart();
    await verify(part, sha256, url);
  }
  renameSync(part, to);
  return existsSync(to);
}

/** @param {string} part @param {string | undefined} sha256 */
async function isWhole(part, sha256) {
  return sha256 !== undefined && existsSync(part) && (await sha256Of(part)) === sha256;
}
