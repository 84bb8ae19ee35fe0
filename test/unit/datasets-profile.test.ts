import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cramersV } from '../../datasets/correlations.ts';
import { profileTable } from '../../datasets/profile.ts';
import { failure, rowsSql, tableOf, withFolder } from './datasets-fixture.ts';

/** 100 rows; the last two are equal. */
const ROWS = Array.from({ length: 100 }, (_, row) => {
  const n = Math.min(row, 98);
  return {
    email: `user${n}@example.org`,
    price: n % 4 === 0 ? null : (n % 10) * 1.5,
    cost: (n % 10) * 3 + 1,
    class: n % 2 === 0 ? 'Knits' : 'Pants',
    department: n % 2 === 0 ? 'Tops' : 'Bottoms',
    note: n % 3 === 0 ? ' ' : 'ok',
  };
});

describe('profileTable', () => {
  it('measures missing, blank, distinct, range and quantiles of every column, and repeated rows', () =>
    withFolder(async (dir) => {
      const profile = await profileTable({
        table: await tableOf(dir, rowsSql(ROWS)),
        config: { topValues: 2 },
        workDir: dir,
      });
      const of = (name: string) => profile.columns.find((column) => column.name === name);
      assert.equal(profile.rows, 100);
      assert.equal(profile.duplicateRows, 1);
      assert.deepEqual([of('price')?.missing, of('price')?.minimum, of('price')?.maximum], [25, 0, 13.5]);
      assert.equal(of('cost')?.quantiles?.p50, 14.5);
      assert.equal(of('note')?.blank, 33);
      assert.deepEqual(of('class')?.top, [
        { value: 'Knits', count: 51 },
        { value: 'Pants', count: 49 },
      ]);
      const bins = of('cost')?.histogram ?? [];
      assert.equal(
        bins.reduce((sum, { count }) => sum + count, 0),
        100,
      );
    }));

  it('shows no value of free text unless told to', () =>
    withFolder(async (dir) => {
      const table = await tableOf(dir, rowsSql(ROWS));
      const email = async (showValuesOf?: string[]) =>
        (await profileTable({ table, config: { topValues: 5, ...(showValuesOf && { showValuesOf }) }, workDir: dir }))
          .columns[0];
      const hidden = await email();
      assert.equal(hidden?.topSuppressed, true);
      assert.doesNotMatch(JSON.stringify(hidden), /example\.org/);
      assert.equal((await email(['email']))?.top.length, 5);
      await assert.rejects(email(['emial']), failure('DATA_COLUMN_MISSING', { columns: ['emial'] }));
    }));

  it('tells the strong correlations, strongest first', () =>
    withFolder(async (dir) => {
      const { correlations } = await profileTable({
        table: await tableOf(dir, rowsSql(ROWS)),
        config: { topValues: 0 },
        workDir: dir,
      });
      const pairs = correlations.map(({ a, b, method, value }) => `${a}-${b} ${method} ${value.toFixed(3)}`);
      assert.ok(pairs.includes('class-department cramers-v 1.000'), pairs.join('; '));
      assert.ok(pairs.includes('price-cost pearson 1.000'), pairs.join('; '));
      assert.ok(!pairs.some((pair) => pair.startsWith('class-note')));
    }));
});

describe('cramersV', () => {
  // χ² = 16.67 with n = 100: the value of scipy.stats.contingency.association([[30, 10], [20, 40]], method="cramer").
  it('equals the published measure', () => {
    const cells = [
      { a: 'x', b: 'p', rows: 30 },
      { a: 'x', b: 'q', rows: 10 },
      { a: 'y', b: 'p', rows: 20 },
      { a: 'y', b: 'q', rows: 40 },
    ];
    assert.ok(Math.abs((cramersV(cells) ?? 0) - 0.4082482904638631) < 1e-12);
  });
});
