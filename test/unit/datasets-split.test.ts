import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { SplitConfig } from '../../contracts/steps/split.ts';
import { exportExamples } from '../../datasets/examples.ts';
import { textAt } from '../../datasets/duckdb.ts';
import { limitQuotas } from '../../datasets/split-quotas.ts';
import { splitTable } from '../../datasets/split.ts';
import { readRows } from '../../datasets/table.ts';
import { failure, rowsSql, tableOf, withFolder } from './datasets-fixture.ts';

const task = {
  text: ['title', 'review'],
  label: 'recommended',
  classes: [
    { value: '0', name: 'bad' },
    { value: '1', name: 'good' },
  ],
  positive: 'good',
};
const config: SplitConfig = { task, seed: 7, fractions: { train: 0.7, dev: 0.1, test: 0.2 }, limits: {} };

/** 1,000 rows, one in five bad; every tenth text repeats another but for case and space. */
function shop() {
  return Array.from({ length: 1000 }, (_, row) => ({
    title: row % 10 === 9 ? `TITLE  ${row - 1} ` : `title ${row}`,
    review: row % 10 === 9 ? ` a Review of ${row - 1}` : `a review of ${row}`,
    recommended: row % 5 === 0 ? 0 : 1,
  }));
}

async function partsOf(table: string, workDir: string, change: Partial<SplitConfig> = {}) {
  await mkdir(workDir, { recursive: true });
  const { parts, split } = await splitTable({ table, config: { ...config, ...change }, workDir });
  const rows = await readRows(parts, { workDir, limit: 100_000 });
  return { parts, split, of: new Map(rows.map((row) => [Number(row['_row_id']), textAt(row, 'part')])) };
}

describe('splitTable', () => {
  it('keeps the shares of the classes in every part, and equal texts together', () =>
    withFolder(async (dir) => {
      const { split, of } = await partsOf(await tableOf(dir, rowsSql(shop())), dir);
      assert.equal(of.size, 1000);
      assert.equal(split.duplicateGroups, 100);
      for (let row = 9; row < 1000; row += 10) assert.equal(of.get(row), of.get(row - 1));
      for (const part of ['train', 'dev', 'test']) {
        const { bad = 0, good = 0 } = split.counts[part] ?? {};
        assert.ok(Math.abs(bad / (bad + good) - 0.2) < 0.02, `${part}: ${bad} bad, ${good} good`);
      }
      assert.ok(Math.abs((split.counts['test']?.['good'] ?? 0) - 160) < 10);
    }));

  it('gives a text the same part whatever the order of the rows, the same bytes for the same table, another split for another seed', () =>
    withFolder(async (dir) => {
      const rows = shop();
      const table = await tableOf(dir, rowsSql(rows));
      const turned = await tableOf(dir, rowsSql([...rows].reverse()), 'turned.parquet');
      const first = await partsOf(table, join(dir, 'a'));
      const again = await partsOf(table, join(dir, 'b'));
      assert.deepEqual(await readFile(first.parts), await readFile(again.parts));
      const reversed = await partsOf(turned, join(dir, 'c'));
      for (const [row, part] of first.of) assert.equal(reversed.of.get(999 - row), part);
      const other = await partsOf(table, join(dir, 'd'), { seed: 8 });
      assert.notDeepEqual(first.of, other.of);
    }));

  it('marks what is over a limit unused, in proportion, and excludes rows without text or known label', () =>
    withFolder(async (dir) => {
      const rows = [
        ...shop(),
        { title: ' ', review: null, recommended: 1 },
        { title: 'x', review: 'y', recommended: 5 },
        { title: 'x', review: 'z', recommended: null },
      ];
      const { split, of } = await partsOf(await tableOf(dir, rowsSql(rows)), dir, { limits: { train: 100, test: 50 } });
      assert.equal(split.excluded, 3);
      assert.equal(of.size, 1000);
      assert.deepEqual(split.counts['train'], { bad: 20, good: 80 });
      assert.deepEqual(split.counts['test'], { bad: 10, good: 40 });
      assert.equal([...of.values()].filter((part) => part === 'unused').length > 700, true);
    }));

  it('takes given parts, and keeps a text of the test part out of the others', () =>
    withFolder(async (dir) => {
      const rows = ['train', 'Train', 'valid', 'dev', 'test', 'test'].map((part, row) => ({
        title: 'same',
        review: row === 4 || row === 0 ? 'twice' : `once ${row}`,
        recommended: row % 2,
        part,
      }));
      const { of } = await partsOf(await tableOf(dir, rowsSql(rows)), dir, { partColumn: 'part' });
      assert.deepEqual([...of.values()], ['unused', 'train', 'dev', 'dev', 'test', 'test']);
      const odd = await tableOf(
        dir,
        rowsSql([...rows, { ...rows[1], title: 'q', review: 'q', recommended: 1, part: 'holdout' }]),
        'odd.parquet',
      );
      await assert.rejects(
        partsOf(odd, dir, { partColumn: 'part' }),
        failure('DATA_PART_UNKNOWN', { value: 'holdout', row: 7 }),
      );
    }));

  it('refuses one class, too few rows of a class, unknown labels, missing columns and wrong fractions', () =>
    withFolder(async (dir) => {
      const all = shop();
      const only = await tableOf(dir, rowsSql(all.filter((row) => row.recommended === 1)), 'only.parquet');
      await assert.rejects(partsOf(only, dir), failure('DATA_SINGLE_CLASS', { label: 'recommended', class: 'good' }));
      const few = await tableOf(
        dir,
        rowsSql(all.filter((row, index) => row.recommended === 1 || index < 6)),
        'few.parquet',
      );
      await assert.rejects(partsOf(few, dir), failure('DATA_CLASS_TOO_SMALL', { class: 'bad', rows: 2 }));
      const table = await tableOf(dir, rowsSql(all));
      const named = {
        ...task,
        classes: [
          { value: 'no', name: 'bad' },
          { value: 'yes', name: 'good' },
        ],
      };
      await assert.rejects(
        partsOf(table, dir, { task: named }),
        failure('DATA_NO_LABELLED_ROWS', { found: ['1', '0'] }),
      );
      await assert.rejects(
        partsOf(table, dir, { task: { ...task, label: 'recomended' } }),
        failure('DATA_COLUMN_MISSING', { suggestion: 'Did you mean recommended for recomended?' }),
      );
      await assert.rejects(
        partsOf(table, dir, { fractions: { train: 0.5, dev: 0.1, test: 0.2 } }),
        failure('DATA_SPLIT_FRACTIONS', { sum: 0.8 }),
      );
    }));
});

describe('limitQuotas', () => {
  it('adds up to the limit and gives every class that has rows one', () => {
    assert.deepEqual(limitQuotas([10, 990, 0], 100), [1, 99, 0]);
    assert.deepEqual(limitQuotas([1, 999], 100), [1, 99]);
    assert.deepEqual(limitQuotas([3, 4], 100), [3, 4]);
  });
});

describe('exportExamples', () => {
  it('writes text, label index and part of used rows in the order of the ids', () =>
    withFolder(async (dir) => {
      const table = await tableOf(
        dir,
        rowsSql([
          { title: ' Nice ', review: 'very\n good', recommended: 1 },
          { title: null, review: 'bad "thing"', recommended: 0 },
          { title: 'left', review: 'out', recommended: 1 },
          { title: ' ', review: null, recommended: 1 },
        ]),
      );
      const parts = await tableOf(
        dir,
        `SELECT * FROM (VALUES (0, 'train'), (1, 'test'), (2, 'unused'), (3, 'train')) t(_row_id, part)`,
        'parts.parquet',
      );
      const { path, counts } = await exportExamples({ table, parts, task, out: join(dir, 'examples.jsonl') });
      const lines = (await readFile(path, 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line));
      assert.deepEqual(lines, [
        { id: 0, part: 'train', text: 'Nice. very good', label: 1 },
        { id: 1, part: 'test', text: 'bad "thing"', label: 0 },
      ]);
      assert.deepEqual(counts.train, { bad: 0, good: 1 });
      assert.deepEqual(counts.test, { bad: 1, good: 0 });
    }));
});
