/** `npm run bench -- NAME`: what is needed, then a benchmark. */
import { join } from 'node:path';
import { main, ROOT } from './main.mjs';
import { runNode } from './node-script.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  await setup({ root: ROOT });
  return runNode(['--enable-source-maps', join(ROOT, 'dist', 'bench', 'main.js'), ...process.argv.slice(2)]);
});
