import { join } from 'node:path';
import type { Cleaning, CleanRule } from '../contracts/data.ts';
import { assertNever, AssayError } from '../contracts/errors.ts';
import type { CleanConfig } from '../contracts/steps/clean.ts';
import { clip, fillMissing, invalid, mapValues, TEXT_REPAIRS, type Repair } from './clean-expressions.ts';
import { columnsOf, requireColumns, type Column } from './columns.ts';
import { countAt, textAt, withDatabase, type Database } from './duckdb.ts';
import { firstLine, safeExpression } from './expression.ts';
import { unescapeHtml } from './html-entities.ts';
import { identifier, literal, parquet } from './sql.ts';

/**
 * Applies repairs in order. Row ids stay; a row leaves the table only for quarantine; what is learnt is learnt on train rows; protected
 * columns of test rows stay as they are.
 *
 * @returns paths of Parquet tables: `table`; `audit` (`rule`, `_row_id`, `column`, `before`, `after`), in the order of the rules;
 *   `quarantine` (the table's columns, `rule`, `reason`)
 * @throws AssayError DATA_COLUMN_MISSING, DATA_EXPRESSION_INVALID, DATA_RULE_INVALID
 */
export async function cleanTable(options: {
  table: string;
  parts: string;
  config: CleanConfig;
  workDir: string;
  signal?: AbortSignal | undefined;
  progress?: ((message: string, fraction?: number) => void) | undefined;
}): Promise<{ table: string; audit: string; quarantine: string; cleaning: Cleaning }> {
  const { parts, config, workDir, signal, progress } = options;
  const out = {
    table: join(workDir, 'cleaned.parquet'),
    audit: join(workDir, 'audit.parquet'),
    quarantine: join(workDir, 'quarantine.parquet'),
  };
  const cleaning = await withDatabase({ workDir, read: [options.table, parts], signal }, async (db) => {
    const columns = await columnsOf(db, options.table);
    requireColumns(
      config.protect,
      columns.map(({ name }) => name),
    );
    await db.run(
      `CREATE TABLE work AS SELECT t.*, coalesce(p.part, 'none') AS _part
       FROM ${parquet(options.table)} t LEFT JOIN ${parquet(parts)} p USING (_row_id) ORDER BY _row_id`,
    );
    await db.run(
      `CREATE TABLE audit (place INTEGER, rule VARCHAR, _row_id BIGINT, "column" VARCHAR, before VARCHAR, after VARCHAR)`,
    );
    await db.run(`CREATE TABLE aside (place INTEGER, _row_id BIGINT, rule VARCHAR, reason VARCHAR)`);
    const rowsIn = await count(db, 'work');
    const rules: Cleaning['rules'] = [];
    for (const [place, rule] of config.rules.entries()) {
      progress?.(`rule ${rule.id}`, place / config.rules.length);
      rules.push(await applyRule(db, { rule, place, columns, table: options.table, protect: config.protect }));
    }
    await writeTables(db, columns, out);
    const rowsOut = await count(db, 'work WHERE _row_id NOT IN (SELECT _row_id FROM aside)');
    const rowsQuarantined = await count(db, 'aside');
    if (rowsIn !== rowsOut + rowsQuarantined)
      throw new AssayError('INTERNAL', {
        what: `cleaning lost rows: ${rowsIn} in, ${rowsOut} out, ${rowsQuarantined} aside`,
      });
    const cellsChanged = rules.reduce((sum, rule) => sum + rule.cellsChanged, 0);
    return { rowsIn, rowsOut, cellsChanged, rowsQuarantined, rules };
  });
  return { ...out, cleaning };
}

interface Application {
  rule: CleanRule;
  place: number;
  columns: readonly Column[];
  table: string;
  protect: readonly string[];
}

/** Rows still in the table. */
const LIVE = '_row_id NOT IN (SELECT _row_id FROM aside)';

async function applyRule(db: Database, application: Application): Promise<Cleaning['rules'][number]> {
  const { rule, place, columns } = application;
  const named = 'columns' in rule ? rule.columns : 'column' in rule ? [rule.column] : [];
  const within = rule.type === 'fill-missing' && rule.within !== undefined ? [rule.within] : [];
  requireColumns(
    [...named, ...within],
    columns.map(({ name }) => name),
    { rule: rule.id },
  );
  const target = columns.filter(({ name }) => named.includes(name));
  const learnt = await perform(db, application, target);
  return {
    id: rule.id,
    type: rule.type,
    description: rule.description ?? `${rule.type}${named.length === 0 ? '' : ` in ${named.join(', ')}`}`,
    cellsChanged: await count(db, `audit WHERE place = ${place}`),
    rowsQuarantined: await count(db, `aside WHERE place = ${place}`),
    learnt,
  };
}

/** Answers what the rule learnt. */
async function perform(db: Database, application: Application, target: readonly Column[]): Promise<string | null> {
  const { rule, place, columns, table } = application;
  const condition = async (expression: string) => {
    const { sql } = await safeExpression(db, { rule: rule.id, expression, table, columns });
    return `coalesce(CAST(${sql} AS BOOLEAN), false)`;
  };
  switch (rule.type) {
    case 'trim':
    case 'collapse-space':
    case 'unicode-normalise':
    case 'blank-to-missing':
      for (const column of textOnly(rule, target))
        await repair(db, application, {
          column,
          value: TEXT_REPAIRS[rule.type](identifier(column)),
          learnt: null,
        });
      return null;
    case 'unescape-html':
      for (const column of textOnly(rule, target)) await repair(db, application, await unescaped(db, column));
      return null;
    case 'set-missing':
      for (const { name } of target)
        await repair(db, application, {
          column: name,
          value: `CASE WHEN ${await condition(rule.where)} THEN NULL ELSE ${identifier(name)} END`,
          learnt: null,
        });
      return null;
    case 'map-values':
      for (const column of target) await repair(db, application, mapValues(rule, column));
      return null;
    case 'clip':
      for (const column of target) await repair(db, application, clip(rule, column));
      return null;
    case 'fill-missing': {
      const [column] = target;
      if (column === undefined) return null;
      const fill = await fillMissing(db, rule, column);
      await repair(db, application, fill);
      return fill.learnt;
    }
    case 'quarantine':
      await guarded(rule, async () =>
        db.run(
          `INSERT INTO aside SELECT ${place}, _row_id, ${literal(rule.id)}, ${literal(rule.reason)}
           FROM work WHERE ${LIVE} AND ${await condition(rule.where)}`,
        ),
      );
      return null;
    case 'drop-duplicates':
      await setDuplicatesAside(db, rule, place);
      return null;
    default:
      return assertNever(rule);
  }
}

function textOnly(rule: CleanRule, target: readonly Column[]): string[] {
  const odd = target.find(({ type }) => type !== 'text');
  if (odd !== undefined) throw invalid(rule, `column ${odd.name} holds ${odd.type} values; the rule mends text`);
  return target.map(({ name }) => name);
}

/** Writes the changes of one column down, then makes them. */
async function repair(db: Database, { rule, place, protect }: Application, { column, value }: Repair): Promise<void> {
  const name = identifier(column);
  const free = protect.includes(column) ? `AND _part <> 'test'` : '';
  await guarded(rule, async () => {
    await db.run(
      `CREATE OR REPLACE TEMP TABLE changes AS SELECT * FROM (
         SELECT _row_id, ${name} AS before, ${value} AS after FROM work WHERE ${LIVE} ${free}
       ) WHERE before IS DISTINCT FROM after`,
    );
    await db.run(
      `INSERT INTO audit SELECT ${place}, ${literal(rule.id)}, _row_id, ${literal(column)}, CAST(before AS VARCHAR), CAST(after AS VARCHAR) FROM changes`,
    );
    await db.run(`UPDATE work SET ${name} = changes.after FROM changes WHERE work._row_id = changes._row_id`);
  });
}

/** A value that does not convert is the rule's fault, not ours. */
async function guarded(rule: CleanRule, use: () => Promise<void>): Promise<void> {
  try {
    await use();
  } catch (error) {
    if (error instanceof Error && /^(Conversion|Out of Range|Invalid Input|Binder) Error/.test(error.message))
      throw new AssayError('DATA_RULE_INVALID', { rule: rule.id, reason: firstLine(error) }, { cause: error });
    throw error;
  }
}

/** Decodes distinct texts with references in them into a table and looks them up there. */
async function unescaped(db: Database, column: string): Promise<Repair> {
  const name = identifier(column);
  await db.run('CREATE OR REPLACE TEMP TABLE decoded (text VARCHAR, plain VARCHAR)');
  const texts = `SELECT DISTINCT ${name} AS text FROM work WHERE regexp_matches(${name}, '&(#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]+);')`;
  for await (const rows of db.stream(texts))
    await db.append(
      'decoded',
      rows.map((row) => textAt(row, 'text') ?? '').map((text) => [text, unescapeHtml(text)]),
    );
  return {
    column,
    value: `coalesce((SELECT plain FROM decoded WHERE decoded.text = work.${name}), ${name})`,
    learnt: null,
  };
}

/**
 * Of rows equal in these columns one stays: one in test before one in dev, train or none, then the first. So a text of the test part
 * never also trains, and the test part changes only by its own duplicates. Rows missing all of the columns are not duplicates.
 */
async function setDuplicatesAside(db: Database, rule: Extract<CleanRule, { type: 'drop-duplicates' }>, place: number) {
  const names = rule.columns.map(identifier);
  await db.run(
    `INSERT INTO aside SELECT ${place}, _row_id, ${literal(rule.id)}, 'repeats row ' || kept FROM (
       SELECT _row_id, first_value(_row_id) OVER same AS kept FROM work
       WHERE ${LIVE} AND (${names.map((name) => `nullif(CAST(${name} AS VARCHAR), '') IS NOT NULL`).join(' OR ')})
       WINDOW same AS (PARTITION BY ${names.join(', ')} ORDER BY list_position(['test', 'dev', 'train', 'unused', 'none'], _part), _row_id)
     ) WHERE _row_id <> kept`,
  );
}

async function writeTables(
  db: Database,
  columns: readonly Column[],
  out: { table: string; audit: string; quarantine: string },
): Promise<void> {
  const names = columns.map(({ name }) => name);
  const unused = (name: string): string => (names.includes(name) ? unused(`_${name}`) : name);
  const listed = ['_row_id', ...names].map((name) => `w.${identifier(name)}`).join(', ');
  await db.writeParquet(`SELECT ${listed} FROM work w WHERE ${LIVE} ORDER BY _row_id`, out.table);
  await db.writeParquet(
    'SELECT rule, _row_id, "column", before, after FROM audit ORDER BY place, _row_id, "column"',
    out.audit,
  );
  await db.writeParquet(
    `SELECT ${listed}, a.rule AS ${identifier(unused('rule'))}, a.reason AS ${identifier(unused('reason'))}
     FROM work w JOIN aside a USING (_row_id) ORDER BY _row_id`,
    out.quarantine,
  );
}

async function count(db: Database, from: string): Promise<number> {
  const [row] = await db.rows(`SELECT count(*) AS rows FROM ${from}`);
  return countAt(row, 'rows');
}
