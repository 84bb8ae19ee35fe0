import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is installed, in which version: `infra/runtimes.json`. @param {string} root the project's folder */
export function readPins(root) {
  return JSON.parse(readFileSync(join(root, 'infra', 'runtimes.json'), 'utf8'));
}
