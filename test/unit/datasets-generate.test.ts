import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { FAULT_KINDS } from '../../contracts/data.ts';
import { faultRecall } from '../../datasets/fault-recall.ts';
import { generateShop } from '../../datasets/generate/shop.ts';
import { readRows } from '../../datasets/table.ts';
import { loadCatalogue } from '../../pipelines/catalogue.ts';
import { ROOT } from '../harness/paths.ts';
import { tableOf, withFolder } from './datasets-fixture.ts';

async function shop(dir: string, seed: number, name: string) {
  const entry = (await loadCatalogue(join(ROOT, 'pipelines', 'datasets.yaml'))).get('womens_clothing');
  assert.ok(entry !== undefined);
  const workDir = join(dir, name);
  await mkdir(workDir);
  const { csv, faults } = await generateShop({ entry, seed, workDir });
  return { csv: await readFile(csv, 'utf8'), faults: await readRows(faults, { workDir }) };
}

it('the generated shop follows from its seed, is large, and lists faults of every kind', () =>
  withFolder(async (dir) => {
    const [first, again, other] = [await shop(dir, 7, 'a'), await shop(dir, 7, 'b'), await shop(dir, 8, 'c')];
    assert.equal(again.csv, first.csv);
    assert.deepEqual(again.faults, first.faults);
    assert.notEqual(other.csv, first.csv);
    assert.ok(first.csv.split('\n').length > 5000);
    assert.deepEqual(new Set(first.faults.map((row) => row['kind'])), new Set<unknown>(FAULT_KINDS));
  }));

it('a fault counts as found when a rule of several columns names its row, and not for another column', () =>
  withFolder(async (dir) => {
    const faults = await tableOf(
      dir,
      `SELECT kind, CAST(id AS BIGINT) AS _row_id, c AS "column", NULL::VARCHAR AS original
       FROM (VALUES ('wrong', 1, 'Age'), ('wrong', 2, 'Age'), ('wrong', 3, 'Age')) t(kind, id, c)`,
      'faults.parquet',
    );
    const failures = await tableOf(
      dir,
      `SELECT CAST(id AS BIGINT) AS _row_id, c AS "column" FROM (VALUES (1, 'Title, Age'), (2, 'Title'), (3, 'Age')) t(id, c)`,
      'failures.parquet',
    );
    assert.deepEqual(await faultRecall({ faults, failures, workDir: dir }), [{ kind: 'wrong', injected: 3, found: 2 }]);
  }));
