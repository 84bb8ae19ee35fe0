import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CheckRule } from '../../contracts/data.ts';
import { checkTable } from '../../datasets/check.ts';
import { readRows } from '../../datasets/table.ts';
import { failure, rowsSql, tableOf, withFolder } from './datasets-fixture.ts';

const ROWS = [
  { title: 'a', age: 30, class: 'Dresses', department: 'Dresses', rating: 5, recommended: 1 },
  { title: ' ', age: 17, class: 'dresses', department: 'Dresses', rating: 1, recommended: 1 },
  { title: null, age: null, class: 'Knits', department: 'Tops', rating: 4, recommended: 1 },
  { title: 'a', age: 120, class: 'Knits', department: 'Tops', rating: 2, recommended: 0 },
  { title: 'bcd', age: 40, class: 'Knits', department: 'Trend', rating: null, recommended: 1 },
];

async function run(rules: CheckRule[], dir: string) {
  const table = await tableOf(dir, rowsSql(ROWS));
  const { checks, failures } = await checkTable({ table, config: { rules }, workDir: dir });
  const rows = await readRows(failures, { workDir: dir });
  const of = (id: string) => rows.filter((row) => row['rule'] === id).map((row) => Number(row['_row_id']));
  return { checks, rows, of, result: (id: string) => checks.results.find((result) => result.id === id) };
}

describe('checkTable', () => {
  it('counts and keeps the rows that break each type of rule; what is missing is left to completeness', () =>
    withFolder(async (dir) => {
      const { checks, rows, of, result } = await run(
        [
          { id: 'present', dimension: 'completeness', type: 'not-missing', column: 'title' },
          { id: 'once', dimension: 'uniqueness', type: 'unique', columns: ['title'] },
          { id: 'known', dimension: 'validity', type: 'in-set', column: 'class', values: ['Dresses', 'Knits'] },
          { id: 'stars', dimension: 'validity', type: 'in-set', column: 'rating', values: ['4', '5', '2'] },
          { id: 'age', dimension: 'accuracy', type: 'in-range', column: 'age', minimum: 18, maximum: 110 },
          { id: 'capital', dimension: 'validity', type: 'matches', column: 'class', pattern: '^[A-Z]' },
          { id: 'long', dimension: 'validity', type: 'length', column: 'title', minimum: 2 },
          {
            id: 'agree',
            dimension: 'consistency',
            type: 'expression',
            expression: 'NOT (rating <= 2 AND recommended = 1)',
          },
          {
            id: 'of',
            dimension: 'consistency',
            type: 'functional-dependency',
            determinant: 'class',
            dependent: 'department',
          },
          { id: 'adults', dimension: 'accuracy', type: 'in-range', column: 'rating', minimum: 3, where: 'age >= 18' },
        ],
        dir,
      );
      assert.deepEqual(of('present'), [1, 2]);
      assert.deepEqual(of('once'), [3]);
      assert.equal(result('once')?.evaluated, 3);
      assert.deepEqual(of('known'), [1]);
      assert.deepEqual(of('stars'), [1]);
      assert.deepEqual(of('age'), [1, 3]);
      assert.equal(result('age')?.score, 0.5);
      assert.deepEqual(of('capital'), [1]);
      assert.deepEqual(of('long'), [0, 3]);
      assert.deepEqual(of('agree'), [1]);
      assert.deepEqual(of('of'), [4]);
      assert.deepEqual(of('adults'), [3]);
      assert.equal(result('adults')?.evaluated, 2);
      assert.equal(checks.failedRows, 5);
      assert.deepEqual(checks.dimensions.completeness, { score: 0.6, evaluated: 5, failed: 2, rules: 1 });
      assert.equal(result('once')?.measure, 'Con-ML-1');
      assert.deepEqual(
        rows.find((row) => row['rule'] === 'agree'),
        {
          rule: 'agree',
          _row_id: '1',
          column: 'rating, recommended',
          value: 'rating=1, recommended=1',
        },
      );
    }));

  it('gives no score to a dimension without a rule', () =>
    withFolder(async (dir) => {
      const { checks } = await run([{ id: 'a', dimension: 'validity', type: 'not-missing', column: 'age' }], dir);
      assert.equal(checks.dimensions.accuracy.score, null);
    }));

  it('names misspelt columns and wrong patterns with their rule', () =>
    withFolder(async (dir) => {
      await assert.rejects(
        run([{ id: 'a', dimension: 'validity', type: 'not-missing', column: 'titel' }], dir),
        failure('DATA_COLUMN_MISSING', { rule: 'a', suggestion: 'Did you mean title for titel?' }),
      );
      await assert.rejects(
        run([{ id: 'a', dimension: 'validity', type: 'matches', column: 'title', pattern: '(' }], dir),
        failure('DATA_PATTERN_INVALID', { rule: 'a' }),
      );
      await assert.rejects(
        run([{ id: 'a', dimension: 'validity', type: 'in-range', column: 'age' }], dir),
        failure('DATA_RULE_INVALID', { rule: 'a' }),
      );
    }));
});

describe('an expression of a rule', () => {
  const expression = (text: string): CheckRule[] => [
    { id: 'e', dimension: 'consistency', type: 'expression', expression: text },
  ];

  for (const text of [
    "age > 10 AND lower(title) LIKE '%a%' OR NOT age BETWEEN 1 AND 2",
    "class IN ('Dresses', 'Knits') AND coalesce(length(title), 0) < 1000 -- a remark",
    "CASE WHEN rating > 3 THEN recommended = 1 ELSE true END AND age::DOUBLE / 2 < 100 AND \"title\" || 'x' <> ''",
    "regexp_matches(title, '^a') IS NOT NULL",
    "trim(title) = title AND substring(title FROM 1 FOR 2) <> '' AND position('a' IN title) > 0",
  ])
    it(`may be ${text}`, () =>
      withFolder(async (dir) => {
        assert.ok(await run(expression(text), dir));
      }));

  for (const text of [
    "(SELECT count(*) FROM read_csv('/etc/passwd')) > 0",
    'age IN (SELECT 1)',
    "true) FROM read_csv('/etc/passwd') WHERE (true",
    'true); DROP TABLE failures; SELECT (1',
    "getenv('HOME') <> ''",
    "current_setting('memory_limit') <> ''",
    "read_text('/etc/passwd') IS NULL",
    "length(repeat('x', 1000000000)) > 0",
    'count(*) > 1',
    'row_number() OVER () > 1',
    'sleep_ms(1000) IS NULL',
    '*',
    'age, rating',
    "nextval('x') > 0",
    '?',
    'true ORDER BY 1',
    'list_transform([1], x -> x)[1] = 1',
    'age >',
    '',
    "title = 'open",
    '/* open',
  ])
    it(`may not be ${text === '' ? 'empty' : text}`, () =>
      withFolder((dir) =>
        assert.rejects(run(expression(text), dir), failure('DATA_EXPRESSION_INVALID', { rule: 'e' })),
      ));

  it('is refused with the place and the likely name of an unknown column', () =>
    withFolder((dir) =>
      assert.rejects(run(expression('age > 1 AND ratting < 3'), dir), (error) => {
        failure('DATA_EXPRESSION_INVALID', { position: 13 })(error);
        return error instanceof Error && error.message.includes('did you mean rating?');
      }),
    ));

  it('that fails on the data is blamed by its rule', () =>
    withFolder((dir) =>
      assert.rejects(
        run(expression('CAST(class AS INTEGER) > 1'), dir),
        failure('DATA_EXPRESSION_INVALID', { rule: 'e' }),
      ),
    ));
});
