import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { SetupError } from './setup-error.mjs';

/** SHA-256 of a file, streamed. @param {string} file */
export async function sha256Of(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** @param {string} file @param {string | undefined} expected @param {string} name */
export async function verify(file, expected, name) {
  if (expected === undefined) return;
  const actual = await sha256Of(file);
  if (actual !== expected)
    throw new SetupError(
      'SETUP_DIGEST',
      `${name} has SHA-256 ${actual}, not ${expected}`,
      'The download was changed or cut: run the command again.',
    );
}
