/** `npm run check`: every gate that needs no server. */
import { join } from 'node:path';
import { main, ROOT } from './main.mjs';
import { runNode } from './node-script.mjs';
import { setup } from './setup.mjs';

const bin = (/** @type {string[]} */ ...path) => join(ROOT, 'node_modules', ...path);
const FOLDERS = [
  'contracts',
  'pipelines',
  'workflows',
  'activities',
  'datasets',
  'models',
  'governance',
  'storage',
  'workers',
  'cli',
  'infra',
  'test',
  'bench',
  'docs',
];
const GATES = {
  types: [bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', ROOT],
  lint: [bin('eslint', 'bin', 'eslint.js'), '.'],
  format: [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'],
  imports: [
    bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.cjs',
    ...FOLDERS,
  ],
};

await main(async () => {
  await setup({ root: ROOT });
  const failed = [];
  for (const [name, args] of Object.entries(GATES)) {
    console.log(`── ${name}`);
    if ((await runNode(args)) !== 0) failed.push(name);
  }
  console.log(failed.length === 0 ? 'all gates pass' : `failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
});
