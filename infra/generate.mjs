/** `npm run generate`: the published schemas and the generated pages, from the sources as they stand. */
import { join } from 'node:path';
import { build } from './build.mjs';
import { main, ROOT } from './main.mjs';
import { runNode } from './node-script.mjs';

await main(async () => {
  await build({ root: ROOT, say: (text) => console.log(text) });
  process.chdir(ROOT);
  return runNode(['--enable-source-maps', join(ROOT, 'dist', 'docs', 'generate.js')]);
});
