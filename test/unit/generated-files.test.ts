import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { ERRORS } from '../../contracts/errors.ts';
import { generatedFiles } from '../../docs/generated-files.ts';
import { ROOT } from '../harness/paths.ts';

const files = await generatedFiles();

for (const [file, wanted] of Object.entries(files))
  it(`${file} is up to date`, async () => {
    const content = await readFile(join(ROOT, file), 'utf8').catch(() => '');
    assert.ok(content === wanted, `${file} is out of date: run \`npm run generate\` and commit it`);
  });

it('every error code is in docs/errors.md', () => {
  for (const code of Object.keys(ERRORS)) assert.ok(files['docs/errors.md']?.includes(`\`${code}\``), code);
});
