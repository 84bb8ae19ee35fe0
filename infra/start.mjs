/** `npm start`: everything that is needed, then the main job. Arguments go to `assay run`. */
import { join } from 'node:path';
import { main, ROOT } from './main.mjs';
import { runNode } from './node-script.mjs';
import { up } from './servers.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  await setup({ root: ROOT });
  await up({ root: ROOT });
  const args = process.argv.slice(2);
  return runNode([join(ROOT, 'cli', 'assay.mjs'), 'run', ...(args.length === 0 ? ['product-quality'] : args)]);
});
