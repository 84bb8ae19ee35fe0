import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ accessKey: string, secretKey: string }} Credentials */

/** @param {{ home: string }} options @returns {Credentials | undefined} */
export function readCredentials({ home }) {
  try {
    return JSON.parse(readFileSync(join(home, 'credentials.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Those that are there, else new random ones in a file that only the user can read. @param {{ home: string }} options @returns {Credentials} */
export function ensureCredentials({ home }) {
  const there = readCredentials({ home });
  if (there !== undefined) return there;
  const made = {
    accessKey: `assay-${randomBytes(6).toString('hex')}`,
    secretKey: randomBytes(24).toString('base64url'),
  };
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'credentials.json'), JSON.stringify(made), { mode: 0o600, flag: 'wx' });
  return made;
}
