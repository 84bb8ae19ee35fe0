import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { CleanRule } from '../../contracts/data.ts';
import { cleanTable } from '../../datasets/clean.ts';
import { unescapeHtml } from '../../datasets/html-entities.ts';
import { readRows } from '../../datasets/table.ts';
import { failure, rowsSql, tableOf, withFolder } from './datasets-fixture.ts';

const ROWS = [
  { review: '  two  words ', age: 30, division: 'Initmates', class: 'Knits', recommended: 'yes' },
  { review: 'Tom &amp; Jerry&#39;s', age: 130, division: 'General', class: null, recommended: 'yse' },
  { review: 'cafe\u0301', age: null, division: 'General', class: 'Knits', recommended: 'yse' },
  { review: ' ', age: 50, division: 'General', class: 'Dresses', recommended: 'no' },
  { review: 'same', age: 60, division: 'General', class: 'Dresses', recommended: 'no' },
  { review: 'same', age: 70, division: 'Initmates', class: 'Dresses', recommended: 'no' },
  { review: null, age: 20, division: 'General', class: 'Dresses', recommended: 'no' },
];
const PARTS = ['train', 'train', 'test', 'train', 'train', 'test', 'dev'];

async function run(dir: string, rules: CleanRule[], protect: string[] = []) {
  const table = await tableOf(dir, rowsSql(ROWS));
  const parts = await tableOf(
    dir,
    `SELECT * FROM (VALUES ${PARTS.map((part, row) => `(${row}, '${part}')`).join(', ')}) t(_row_id, part)`,
    'parts.parquet',
  );
  const out = await cleanTable({ table, parts, config: { rules, protect }, workDir: dir });
  return {
    ...out,
    rows: await readRows(out.table, { workDir: dir }),
    changes: await readRows(out.audit, { workDir: dir }),
    aside: await readRows(out.quarantine, { workDir: dir }),
  };
}

describe('cleanTable', () => {
  it('mends text in the order of the rules and writes every change down', () =>
    withFolder(async (dir) => {
      const { rows, changes, cleaning } = await run(dir, [
        { id: 'trim', type: 'trim', columns: ['review'] },
        { id: 'space', type: 'collapse-space', columns: ['review'] },
        { id: 'unicode', type: 'unicode-normalise', columns: ['review'] },
        { id: 'html', type: 'unescape-html', columns: ['review'] },
        { id: 'blank', type: 'blank-to-missing', columns: ['review'] },
        { id: 'spelling', type: 'map-values', column: 'division', mapping: { Initmates: 'Intimates' } },
      ]);
      assert.deepEqual(
        rows.map((row) => row['review']),
        ['two words', "Tom & Jerry's", 'caf\u00e9', null, 'same', 'same', null],
      );
      assert.deepEqual(
        changes.map((row) => [row['rule'], row['_row_id'], row['before'], row['after']]),
        [
          ['trim', '0', '  two  words ', 'two  words'],
          ['trim', '3', ' ', ''],
          ['space', '0', 'two  words', 'two words'],
          ['unicode', '2', 'cafe\u0301', 'caf\u00e9'],
          ['html', '1', 'Tom &amp; Jerry&#39;s', "Tom & Jerry's"],
          ['blank', '3', '', null],
          ['spelling', '0', 'Initmates', 'Intimates'],
          ['spelling', '5', 'Initmates', 'Intimates'],
        ],
      );
      assert.equal(cleaning.cellsChanged, 8);
      assert.deepEqual([cleaning.rowsIn, cleaning.rowsOut, cleaning.rowsQuarantined], [7, 7, 0]);
    }));

  it('learns from train rows alone and says what', () =>
    withFolder(async (dir) => {
      const { rows, cleaning } = await run(dir, [
        { id: 'age', type: 'fill-missing', column: 'age', strategy: 'median' },
        { id: 'class', type: 'fill-missing', column: 'class', strategy: 'mode', within: 'division' },
      ]);
      assert.equal(rows[2]?.['age'], 50);
      assert.equal(rows[1]?.['class'], 'Dresses');
      assert.deepEqual(
        cleaning.rules.map(({ learnt }) => learnt),
        ['50', 'General: Dresses; Initmates: Knits; otherwise: Dresses'],
      );
    }));

  it('clips and empties impossible values', () =>
    withFolder(async (dir) => {
      const { rows } = await run(dir, [
        { id: 'none', type: 'set-missing', column: 'age', where: 'age > 110' },
        { id: 'clip', type: 'clip', column: 'age', minimum: 25, maximum: 65 },
      ]);
      assert.deepEqual(
        rows.map((row) => row['age']),
        [30, null, null, 50, 60, 65, 25],
      );
    }));

  it('leaves protected columns of test rows alone', () =>
    withFolder(async (dir) => {
      const { rows, changes } = await run(
        dir,
        [{ id: 'label', type: 'map-values', column: 'recommended', mapping: { yse: 'yes' } }],
        ['recommended'],
      );
      assert.deepEqual([rows[1]?.['recommended'], rows[2]?.['recommended'], changes.length], ['yes', 'yse', 1]);
    }));

  it('loses no row: duplicates and bad rows are set aside with rule and reason, the test row kept', () =>
    withFolder(async (dir) => {
      const { rows, aside, cleaning } = await run(dir, [
        { id: 'again', type: 'drop-duplicates', columns: ['review'] },
        { id: 'old', type: 'quarantine', where: 'age > 110', reason: 'nobody is that old' },
      ]);
      assert.deepEqual(
        rows.map((row) => row['_row_id']),
        ['0', '2', '3', '5', '6'],
      );
      assert.deepEqual(
        aside.map((row) => [row['_row_id'], row['age'], row['rule'], row['reason']]),
        [
          ['1', 130, 'old', 'nobody is that old'],
          ['4', 60, 'again', 'repeats row 5'],
        ],
      );
      assert.deepEqual([cleaning.rowsIn, cleaning.rowsOut, cleaning.rowsQuarantined], [7, 5, 2]);
    }));

  it('writes the same bytes again', () =>
    withFolder(async (dir) => {
      const rules: CleanRule[] = [{ id: 'trim', type: 'trim', columns: ['review'] }];
      const first = await run(dir, rules);
      const bytes = await Promise.all([first.table, first.audit, first.quarantine].map((path) => readFile(path)));
      const second = await run(dir, rules);
      assert.deepEqual(
        await Promise.all([second.table, second.audit, second.quarantine].map((path) => readFile(path))),
        bytes,
      );
    }));

  it('names the rule that cannot be applied', () =>
    withFolder(async (dir) => {
      const refused: [CleanRule, Parameters<typeof failure>[0]][] = [
        [{ id: 'r', type: 'trim', columns: ['age'] }, 'DATA_RULE_INVALID'],
        [{ id: 'r', type: 'trim', columns: ['reviw'] }, 'DATA_COLUMN_MISSING'],
        [{ id: 'r', type: 'fill-missing', column: 'age' }, 'DATA_RULE_INVALID'],
        [{ id: 'r', type: 'fill-missing', column: 'class', strategy: 'median' }, 'DATA_RULE_INVALID'],
        [{ id: 'r', type: 'fill-missing', column: 'age', value: 'old' }, 'DATA_RULE_INVALID'],
        [{ id: 'r', type: 'clip', column: 'age' }, 'DATA_RULE_INVALID'],
        [{ id: 'r', type: 'quarantine', where: 'age > (SELECT 1)', reason: 'x' }, 'DATA_EXPRESSION_INVALID'],
      ];
      for (const [rule, code] of refused) await assert.rejects(run(dir, [rule]), failure(code, { rule: 'r' }));
    }));
});

describe('unescapeHtml', () => {
  it('decodes once, and leaves what is no reference alone', () => {
    assert.equal(
      unescapeHtml('&lt;b&gt; &amp;lt; &#x2764; &#8217; AT&T; &nosuch; &#xd800;'),
      '<b> &lt; ❤ ’ AT&T; &nosuch; &#xd800;',
    );
  });
});
