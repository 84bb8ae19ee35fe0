import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root, from the build (`dist/test/harness`) or from source. */
export const ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));
export const FIXTURES = join(ROOT, 'test', 'fixtures');
export const BIN = join(ROOT, '.assay', 'bin');

function findRoot(dir: string): string {
  return existsSync(join(dir, 'package-lock.json')) ? dir : findRoot(dirname(dir));
}

/** A compiled module of the build: what ships is what is tested. */
export function built(module: string): string {
  return join(ROOT, 'dist', module);
}
