import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { failureOf } from '../harness/failures.ts';
import { startStack, type Stack } from '../harness/stack.ts';
import { waitFor } from '../harness/wait.ts';

const CATALOGUE = (name: string, file: string) => `
  - name: ${name}
    description: Broken on purpose.
    licence: Apache-2.0
    format: csv
    path: data/${file}
    columns:
      - { name: id, type: integer }
      - { name: title, type: text }
      - { name: review, type: text }
      - { name: age, type: integer }
      - { name: rating, type: integer }
      - { name: class, type: text }
      - { name: recommended, type: text }
`;

const HEADER = 'id,title,review,age,rating,class,recommended\n';

describe('bad input', () => {
  let stack: Stack;
  let good: string;
  const files: Record<string, string | Buffer> = {};

  before(async () => {
    stack = await startStack({ workers: ['cpu'] });
    good = await readFile(join(stack.root, 'data', 'reviews.csv'), 'utf8');
    const rows = Array.from(
      { length: 6000 },
      (_, i) => `${String(i)},t,review ${String(i)},30,5,Knits,${String(i % 2)}\n`,
    );
    files['empty.csv'] = '';
    files['broken-quote.csv'] =
      HEADER + rows.map((row, i) => (i === 4999 ? row.replace('review', '"review') : row)).join('');
    files['latin-1.csv'] = Buffer.from(good.replace('lovely', 'très jolie'), 'latin1');
    files['one-class.csv'] = good.replace(/,0\n/g, ',1\n');
    for (const [name, content] of Object.entries(files)) await writeFile(join(stack.root, 'data', name), content);
    for (const name of [...Object.keys(files), 'missing.csv'])
      await appendFile(join(stack.root, 'pipelines', 'datasets.yaml'), CATALOGUE(name.replace('.csv', ''), name));
  });
  after(() => stack.stop());

  const fails = (dataset: string) =>
    failureOf(stack.run({ pipeline: 'tiny', parameters: { dataset } }, `bad-${dataset}`));

  it('names the places where a missing file was looked for', async () => {
    const failure = await fails('missing');
    assert.equal(failure.code, 'DATA_FILE_NOT_FOUND');
    assert.match(failure.message, /missing\.csv/);
    assert.notEqual(failure.remedy, '');
  });

  it('refuses an empty CSV', async () => {
    const failure = await fails('empty');
    assert.equal(failure.code, 'DATA_EMPTY');
    assert.match(failure.message, /empty\.csv/);
  });

  it('names the row of a broken quote', async () => {
    const failure = await fails('broken-quote');
    assert.equal(failure.code, 'DATA_CSV_BROKEN');
    assert.match(failure.message, /broken-quote\.csv/);
    assert.equal(failure.facts['row'], 5000);
    assert.equal(failure.facts['line'], 5001);
  });

  it('tells a Latin-1 file from UTF-8 and says how to declare it', async () => {
    const failure = await fails('latin-1');
    assert.equal(failure.code, 'DATA_ENCODING');
    assert.match(failure.remedy, /encoding/);
  });

  it('refuses a label column with one class', async () => {
    const failure = await fails('one-class');
    assert.equal(failure.code, 'DATA_SINGLE_CLASS');
    assert.match(failure.message, /recommended/);
  });

  it('writes nothing half: no table of a refused file is in the store, and no working folder is left', async () => {
    const { steps } = (await stack.state('bad-broken-quote')) ?? { steps: [] };
    assert.deepEqual(
      steps.flatMap(({ outcome }) => Object.keys(outcome?.outputs ?? {})),
      [],
    );
    assert.deepEqual(await readdir(join(stack.home, 'tmp', 'steps')).catch(() => []), []);
  });

  it('refuses a pipeline with every problem and its place at once', async () => {
    const text = (await readFile(join(stack.root, 'pipelines', 'tiny.yaml'), 'utf8'))
      .replace('uses: profile', 'uses: profil')
      .replace('needs: [mask, split]', 'needs: [mask, split, report]');
    const failure = await failureOf(stack.run({ pipeline: { text } }, 'bad-pipeline'));
    assert.equal(failure.code, 'PIPELINE_INVALID');
    assert.match(failure.message, /pipeline\.yaml:\d+:\d+ \w+ .*profil/);
    assert.match(failure.message, /finetune → evaluate → assess → report|report.*finetune/);
    assert.match(failure.message, /profile/, 'a suggestion');
  });

  it('refuses an unknown pipeline and a run without one', async () => {
    assert.equal((await failureOf(stack.run({ pipeline: 'tinny' }, 'bad-name'))).code, 'PIPELINE_NOT_FOUND');
    const input = JSON.parse('{"pipelin":"tiny"}') as Parameters<Stack['run']>[0];
    assert.equal((await failureOf(stack.run(input, 'bad-input'))).code, 'RUN_INPUT_INVALID');
  });

  it('finishes once the file is mended, with nothing left from the broken one', async () => {
    await rm(join(stack.root, 'data', 'empty.csv'));
    await writeFile(join(stack.root, 'data', 'empty.csv'), good);
    await stack.start({ pipeline: 'tiny', parameters: { dataset: 'empty' } }, 'mended');
    const rows = await waitFor(
      'ingest',
      async () => (await stack.state('mended'))?.steps.find(({ id }) => id === 'ingest')?.outcome?.summary['rows'],
    );
    assert.equal(rows, 240);
    await stack.client.workflow.getHandle('mended').terminate('seen');
  });
});
