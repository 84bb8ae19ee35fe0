import { join } from 'node:path';
import { DIMENSIONS, type CheckResult, type CheckRule, type Checks, type Dimension } from '../contracts/data.ts';
import { assertNever } from '../contracts/errors.ts';
import type { CheckConfig } from '../contracts/steps/check.ts';
import { compileRule, type CompiledRule } from './check-rules.ts';
import { columnsOf } from './columns.ts';
import { countAt, withDatabase, type Database } from './duckdb.ts';
import { blameExpression } from './expression.ts';
import { literal, parquet } from './sql.ts';

/**
 * Evaluates all rules over a table: those over one row in one scan, each rule over several rows in a scan of its columns.
 *
 * @returns `failures`: path of a Parquet table `rule`, `_row_id`, `column`, `value` (cut at 1,000 characters), in the order of the rules
 * @throws AssayError DATA_COLUMN_MISSING, DATA_EXPRESSION_INVALID, DATA_PATTERN_INVALID, DATA_RULE_INVALID
 */
export async function checkTable(options: {
  table: string;
  config: CheckConfig;
  workDir: string;
  signal?: AbortSignal | undefined;
  progress?: ((message: string, fraction?: number) => void) | undefined;
}): Promise<{ checks: Checks; failures: string }> {
  const { table, config, workDir, signal, progress } = options;
  const failures = join(workDir, 'failures.parquet');
  const checks = await withDatabase({ workDir, read: [table], signal }, async (db) => {
    const columns = await columnsOf(db, table);
    const relation = parquet(table);
    const rules: CompiledRule[] = [];
    for (const rule of config.rules) rules.push(await compileRule(db, { rule, table, relation, columns }));
    try {
      progress?.('measuring the rules', 0.1);
      await collectFailures(db, relation, rules);
      const counts = await countEvaluated(db, relation, rules);
      progress?.('writing the failed rows', 0.8);
      await db.writeParquet(
        `SELECT rule, _row_id, "column", value FROM failures JOIN (VALUES ${rules
          .map(({ rule }, index) => `(${index}, ${literal(rule.id)})`)
          .join(', ')}) names(place, rule) USING (place) ORDER BY place, _row_id`,
        failures,
      );
      return await summarise(db, rules, counts);
    } catch (error) {
      const userSql = rules.flatMap(({ rule, userSql: texts }) => texts.map((sql) => ({ rule: rule.id, sql })));
      throw await blameExpression(db, relation, userSql, error);
    }
  });
  return { checks, failures };
}

/** Rows of the table, then rows that each rule looks at: one scan. */
async function countEvaluated(db: Database, relation: string, rules: readonly CompiledRule[]): Promise<number[]> {
  const [row] = await db.rows(
    `SELECT count(*) AS rows${rules.map(({ looksAt }, index) => `, count(*) FILTER (WHERE ${looksAt}) AS n${index}`).join('')}
     FROM ${relation}`,
  );
  return [countAt(row, 'rows'), ...rules.map((_, index) => countAt(row, `n${index}`))];
}

/** Temporary table `failures` (place, _row_id, column, value); place is the rule's position. */
async function collectFailures(db: Database, relation: string, rules: readonly CompiledRule[]): Promise<void> {
  await db.run('CREATE TEMP TABLE failures (place INTEGER, _row_id BIGINT, "column" VARCHAR, value VARCHAR)');
  const overRows = rules.flatMap(({ breaks, looksAt, value, columns }, place) =>
    breaks === null ? [] : [{ broken: `(${looksAt} AND ${breaks})`, value, place, columns }],
  );
  if (overRows.length > 0) {
    const failed = overRows.map(
      ({ broken, value, place, columns }) =>
        `CASE WHEN ${broken} THEN {'place': ${place}, 'column': ${literal(columns.join(', '))}, 'value': ${value}} END`,
    );
    await db.run(
      `INSERT INTO failures SELECT failed.place, _row_id, failed."column", failed.value FROM (
         SELECT _row_id, unnest([${failed.join(', ')}]) AS failed FROM ${relation} WHERE ${overRows.map(({ broken }) => broken).join(' OR ')}
       ) WHERE failed IS NOT NULL`,
    );
  }
  for (const [place, { rowsQuery, value, columns }] of rules.entries())
    if (rowsQuery !== null)
      await db.run(
        `INSERT INTO failures SELECT ${place}, _row_id, ${literal(columns.join(', '))}, ${value}
         FROM ${relation} SEMI JOIN (${rowsQuery}) broken USING (_row_id)`,
      );
}

async function summarise(db: Database, rules: readonly CompiledRule[], counts: readonly number[]): Promise<Checks> {
  const failed = await db.rows('SELECT place, count(*) AS rows FROM failures GROUP BY place');
  const [distinct] = await db.rows('SELECT count(DISTINCT _row_id) AS rows FROM failures');
  const results = rules.map(({ rule, columns }, index): CheckResult => {
    const evaluated = counts[index + 1] ?? 0;
    const broken = countAt(
      failed.find((row) => countAt(row, 'place') === index),
      'rows',
    );
    return {
      id: rule.id,
      dimension: rule.dimension,
      type: rule.type,
      description: rule.description ?? describe(rule),
      severity: rule.severity ?? 'error',
      columns,
      evaluated,
      failed: broken,
      score: evaluated === 0 ? null : 1 - broken / evaluated,
      measure: MEASURES[rule.type],
    };
  });
  return { rows: counts[0] ?? 0, results, dimensions: byDimension(results), failedRows: countAt(distinct, 'rows') };
}

function byDimension(results: readonly CheckResult[]): Checks['dimensions'] {
  const of = (dimension: Dimension) => {
    const own = results.filter((result) => result.dimension === dimension);
    const evaluated = own.reduce((sum, result) => sum + result.evaluated, 0);
    const failed = own.reduce((sum, result) => sum + result.failed, 0);
    return { score: evaluated === 0 ? null : 1 - failed / evaluated, evaluated, failed, rules: own.length };
  };
  const [completeness, accuracy, consistency, uniqueness, validity] = DIMENSIONS;
  return {
    [completeness]: of(completeness),
    [accuracy]: of(accuracy),
    [consistency]: of(consistency),
    [uniqueness]: of(uniqueness),
    [validity]: of(validity),
  };
}

/** ISO/IEC 25024 measures, and Con-ML-1 of ISO/IEC 5259-2, that a rule of each type is an instance of. */
const MEASURES: Record<CheckRule['type'], string | null> = {
  'not-missing': 'Com-I-1',
  unique: 'Con-ML-1',
  'in-set': 'Acc-I-1',
  'in-range': 'Acc-I-7',
  matches: 'Con-I-2',
  length: null,
  expression: 'Con-I-6',
  'functional-dependency': 'Con-I-6',
};

function describe(rule: CheckRule): string {
  switch (rule.type) {
    case 'not-missing':
      return `${rule.column} is present`;
    case 'unique':
      return `${rule.columns.join(', ')} not repeated`;
    case 'in-set':
      return `${rule.column} is one of ${rule.values.length} known values`;
    case 'in-range':
      return `${rule.column} is ${range(rule)}`;
    case 'length':
      return `${rule.column} has ${range(rule)} characters`;
    case 'matches':
      return `${rule.column} matches ${rule.pattern}`;
    case 'expression':
      return rule.expression;
    case 'functional-dependency':
      return `${rule.determinant} determines ${rule.dependent}`;
    default:
      return assertNever(rule);
  }
}

function range({ minimum, maximum }: { minimum?: number; maximum?: number }): string {
  if (minimum === undefined) return `at most ${maximum ?? ''}`;
  return maximum === undefined ? `at least ${minimum}` : `${minimum} to ${maximum}`;
}
