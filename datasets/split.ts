import { join } from 'node:path';
import type { SplitSummary } from '../contracts/data.ts';
import { AssayError } from '../contracts/errors.ts';
import type { SplitConfig } from '../contracts/steps/split.ts';
import { PARTS } from '../contracts/task.ts';
import { columnsOf, requireColumns, type Column } from './columns.ts';
import { countAt, textAt, withDatabase, type Database } from './duckdb.ts';
import { identifier, literal, normalised, parquet } from './sql.ts';
import { classIndex, labelText, requireTaskColumns, taskText } from './task-columns.ts';
import { groupQuotas, limitQuotas } from './split-quotas.ts';

const SPLIT_PARTS = ['train', 'dev', 'test'] as const;
type SplitPart = (typeof SPLIT_PARTS)[number];

/**
 * Assigns each row that has a text and a declared class to train, dev or test, or to `unused` beyond the limits. Rows with equal text
 * (normalised) go together; the order is a hash of seed and text, so that the order of the rows plays no part.
 *
 * @returns path of a Parquet table `_row_id`, `part`, ordered by `_row_id`; excluded rows are not in it
 * @throws AssayError DATA_COLUMN_MISSING, DATA_SINGLE_CLASS, DATA_CLASS_TOO_SMALL, DATA_NO_LABELLED_ROWS, DATA_PART_UNKNOWN, DATA_SPLIT_FRACTIONS
 */
export async function splitTable(options: {
  table: string;
  config: SplitConfig;
  workDir: string;
  signal?: AbortSignal | undefined;
  progress?: ((message: string, fraction?: number) => void) | undefined;
}): Promise<{ parts: string; split: SplitSummary }> {
  const { table, config, workDir, signal, progress } = options;
  const { train, dev, test } = config.fractions;
  if (Math.abs(train + dev + test - 1) > 1e-6)
    throw new AssayError('DATA_SPLIT_FRACTIONS', { sum: Number((train + dev + test).toFixed(6)) });
  const parts = join(workDir, 'parts.parquet');
  const split = await withDatabase({ workDir, read: [table], signal }, async (db) => {
    const columns = await columnsOf(db, table);
    requireTaskColumns(config.task, columns);
    const present = columns.map(({ name }) => name);
    requireColumns(
      [...(config.duplicatesOn ?? []), ...(config.partColumn === undefined ? [] : [config.partColumn])],
      present,
    );
    progress?.('grouping equal texts', 0.1);
    const total = await createCandidates(db, table, config, columns);
    const candidates = await verifyClasses(db, config, table, columns);
    progress?.('assigning parts', 0.4);
    if (config.partColumn === undefined) await assignByFractions(db, config);
    else await assignAsGiven(db, config.partColumn);
    await applyLimits(db, config);
    progress?.('writing the parts', 0.9);
    await db.writeParquet('SELECT _row_id, part FROM assigned ORDER BY _row_id', parts);
    return summarise(db, config, total - candidates);
  });
  return { parts, split };
}

/** Table `candidates` (_row_id, class, key, given): rows that have a text and a declared class. Answers the rows of the whole table. */
async function createCandidates(db: Database, table: string, config: SplitConfig, columns: Column[]): Promise<number> {
  const { task, duplicatesOn = task.text, partColumn } = config;
  // A unit separator keeps ('ab', 'c') apart from ('a', 'bc').
  const key = duplicatesOn.map((name) => `coalesce(${normalised(identifier(name))}, '')`).join(` || chr(31) || `);
  const given = partColumn === undefined ? 'NULL' : `lower(trim(CAST(${identifier(partColumn)} AS VARCHAR)))`;
  await db.run(
    `CREATE TEMP TABLE candidates AS SELECT * FROM (
       SELECT _row_id, ${classIndex(task, columns)} AS class, md5(${key}) AS key, ${given} AS given, ${taskText(task)} <> '' AS has_text
       FROM ${parquet(table)}
     ) WHERE class IS NOT NULL AND has_text`,
  );
  const [all] = await db.rows(`SELECT count(*) AS rows FROM ${parquet(table)}`);
  return countAt(all, 'rows');
}

async function verifyClasses(db: Database, config: SplitConfig, table: string, columns: Column[]): Promise<number> {
  const { classes, label } = config.task;
  const rows = await db.rows('SELECT class, count(*) AS rows FROM candidates GROUP BY class ORDER BY class');
  const [only] = rows;
  if (only === undefined) {
    const found = await db.rows(
      `SELECT ${labelText(config.task, columns)} AS value FROM ${parquet(table)} GROUP BY value ORDER BY count(*) DESC, value LIMIT 5`,
    );
    throw new AssayError('DATA_NO_LABELLED_ROWS', {
      label,
      classes: classes.map(({ value }) => value),
      found: found.map((row) => textAt(row, 'value') ?? '(missing)'),
    });
  }
  if (rows.length === 1)
    throw new AssayError('DATA_SINGLE_CLASS', {
      label,
      class: classes[countAt(only, 'class')]?.name ?? '',
      rows: countAt(only, 'rows'),
    });
  return rows.reduce((sum, row) => sum + countAt(row, 'rows'), 0);
}

/** Table `assigned` (_row_id, class, part, place): whole groups of equal texts, class by class, in the order of a seeded hash. */
async function assignByFractions(db: Database, { seed, fractions, task }: SplitConfig): Promise<void> {
  await db.run(
    `CREATE TEMP TABLE groups AS
     SELECT key, class, place, row_number() OVER (PARTITION BY class ORDER BY place, key) - 1 AS rank FROM (
       SELECT key, mode(class ORDER BY class) AS class, md5(${literal(`${seed}:`)} || key) AS place FROM candidates GROUP BY key
     )`,
  );
  const sizes = await db.rows('SELECT class, count(*) AS groups FROM groups GROUP BY class');
  const cases: string[] = [];
  for (const [index, { name }] of task.classes.entries()) {
    const groups = countAt(
      sizes.find((row) => countAt(row, 'class') === index),
      'groups',
    );
    const quotas = groupQuotas(groups, fractions, name);
    cases.push(`WHEN class = ${index} AND rank < ${quotas.train} THEN 'train'`);
    cases.push(`WHEN class = ${index} AND rank < ${quotas.train + quotas.dev} THEN 'dev'`);
  }
  await db.run(
    `CREATE TEMP TABLE assigned AS
     SELECT c._row_id, c.class, c.key, g.part, g.place FROM candidates c
     JOIN (SELECT key, place, CASE ${cases.join(' ')} ELSE 'test' END AS part FROM groups) g USING (key)`,
  );
  await requireEveryClass(db, task.classes);
}

/** A row of mixed labels may leave a part without its class although there are enough groups. */
async function requireEveryClass(db: Database, classes: SplitConfig['task']['classes']): Promise<void> {
  const rows = await db.rows(
    `SELECT part, class, count(*) AS rows FROM assigned WHERE part <> 'unused' GROUP BY part, class`,
  );
  for (const part of SPLIT_PARTS)
    for (const [index, { name }] of classes.entries())
      if (!rows.some((row) => textAt(row, 'part') === part && countAt(row, 'class') === index)) {
        const inAll = rows.filter((row) => countAt(row, 'class') === index).map((row) => countAt(row, 'rows'));
        throw new AssayError('DATA_CLASS_TOO_SMALL', {
          class: name,
          rows: inAll.reduce((sum, count) => sum + count, 0),
          part,
        });
      }
}

const GIVEN_PARTS: Readonly<Record<string, SplitPart>> = {
  train: 'train',
  training: 'train',
  dev: 'dev',
  valid: 'dev',
  validation: 'dev',
  val: 'dev',
  test: 'test',
};

/** Given parts stand; of a text that is in several, the one in test stays, else the one in dev, and the others are unused. */
async function assignAsGiven(db: Database, column: string): Promise<void> {
  const known = Object.entries(GIVEN_PARTS);
  const [odd] = await db.rows(
    `SELECT given, min(_row_id) AS first FROM candidates
     WHERE given IS NULL OR given NOT IN (${known.map(([name]) => literal(name)).join(', ')}) GROUP BY given ORDER BY first LIMIT 1`,
  );
  if (odd !== undefined)
    throw new AssayError('DATA_PART_UNKNOWN', {
      column,
      value: textAt(odd, 'given') ?? '(missing)',
      row: countAt(odd, 'first') + 1,
    });
  const part = `CASE given ${known.map(([name, meant]) => `WHEN ${literal(name)} THEN ${literal(meant)}`).join(' ')} END`;
  await db.run(
    `CREATE TEMP TABLE assigned AS
     SELECT _row_id, class, key, key AS place,
       CASE WHEN part = max(part) FILTER (WHERE part = 'test') OVER same THEN part
            WHEN max(part) FILTER (WHERE part = 'test') OVER same IS NOT NULL THEN 'unused'
            WHEN part = min(part) OVER same THEN part ELSE 'unused' END AS part
     FROM (SELECT *, ${part} AS part FROM candidates) WINDOW same AS (PARTITION BY key)`,
  );
}

/** Marks rows beyond a part's limit unused, class by class in proportion. */
async function applyLimits(db: Database, { limits, task, seed }: SplitConfig): Promise<void> {
  for (const part of SPLIT_PARTS) {
    const limit = limits[part];
    if (limit === undefined) continue;
    const rows = await db.rows(
      `SELECT class, count(*) AS rows FROM assigned WHERE part = ${literal(part)} GROUP BY class`,
    );
    const sizes = task.classes.map((_, index) =>
      countAt(
        rows.find((row) => countAt(row, 'class') === index),
        'rows',
      ),
    );
    for (const [index, quota] of limitQuotas(sizes, limit).entries())
      await db.run(
        `UPDATE assigned SET part = 'unused' WHERE _row_id IN (
           SELECT _row_id FROM (
             SELECT _row_id, row_number() OVER (ORDER BY md5(${literal(`${seed}:limit:`)} || key), _row_id) AS rank
             FROM assigned WHERE part = ${literal(part)} AND class = ${index}
           ) WHERE rank > ${quota})`,
      );
  }
}

async function summarise(db: Database, { seed, task }: SplitConfig, excluded: number): Promise<SplitSummary> {
  const rows = await db.rows('SELECT part, class, count(*) AS rows FROM assigned GROUP BY part, class');
  const counts: SplitSummary['counts'] = {};
  for (const part of PARTS)
    counts[part] = Object.fromEntries(
      task.classes.map(({ name }, index) => [
        name,
        countAt(
          rows.find((row) => textAt(row, 'part') === part && countAt(row, 'class') === index),
          'rows',
        ),
      ]),
    );
  const [groups] = await db.rows(
    'SELECT count(*) AS groups FROM (SELECT key FROM candidates GROUP BY key HAVING count(*) > 1)',
  );
  return { seed, counts, duplicateGroups: countAt(groups, 'groups'), excluded };
}
