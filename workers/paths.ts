import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A module beside this one, compiled or not: `./x.js` in the build, `./x.ts` when run from source. */
export function besideMe(importMetaUrl: string, module: string): string {
  const compiled = fileURLToPath(new URL(`${module}.js`, importMetaUrl));
  return existsSync(compiled) ? compiled : fileURLToPath(new URL(`${module}.ts`, importMetaUrl));
}
