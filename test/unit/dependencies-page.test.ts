import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { ROOT } from '../harness/paths.ts';

it('docs/dependencies.md gives the reason of every dependency, and of no other package', async () => {
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const page = await readFile(join(ROOT, 'docs', 'dependencies.md'), 'utf8');
  const named = [...page.matchAll(/`((?:@[\w.-]+\/)?[a-z][\w.-]*)`(?! file)/g)].map(([, name = '']) => name);
  const declared = [...Object.keys(dependencies), ...Object.keys(devDependencies)];
  assert.deepEqual(
    declared.filter((name) => !named.includes(name)),
    [],
    'has no reason',
  );
  assert.deepEqual(
    named.filter((name) => !declared.includes(name) && name !== 'tokenizer.json'),
    [],
    'is not in package.json',
  );
});
