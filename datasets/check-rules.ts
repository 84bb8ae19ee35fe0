import type { CheckRule } from '../contracts/data.ts';
import { assertNever, AssayError } from '../contracts/errors.ts';
import { requireColumns, type Column } from './columns.ts';
import type { Database } from './duckdb.ts';
import { firstLine, safeExpression } from './expression.ts';
import { identifier, literal, literals, missing } from './sql.ts';

/** A rule as SQL. What is missing is the completeness rules' concern: the others do not look at it. */
export interface CompiledRule {
  rule: CheckRule;
  columns: string[];
  /** True for the rows that the rule looks at. */
  looksAt: string;
  /** True for a row looked at that breaks the rule; of rules over several rows, see `rowsQuery`. */
  breaks: string | null;
  /** For rules over several rows: a query of the `_row_id` of those that break it. */
  rowsQuery: string | null;
  /** The user's own SQL, to name the rule when it fails on the data. */
  userSql: string[];
  /** Text of what is wrong, kept with the failed row. */
  value: string;
}

const NUMERIC = new Set(['integer', 'number']);

/** @throws AssayError DATA_COLUMN_MISSING, DATA_EXPRESSION_INVALID, DATA_PATTERN_INVALID, DATA_RULE_INVALID */
export async function compileRule(
  db: Database,
  options: { rule: CheckRule; table: string; relation: string; columns: readonly Column[] },
): Promise<CompiledRule> {
  const { rule, table, relation, columns } = options;
  const compiled = await compileType(db, options);
  requireColumns(
    compiled.columns,
    columns.map(({ name }) => name),
    { rule: rule.id },
  );
  let { looksAt } = compiled;
  const userSql = [...compiled.userSql];
  if (rule.where !== undefined) {
    const where = await safeExpression(db, { rule: rule.id, expression: rule.where, table, columns });
    looksAt = `${looksAt} AND coalesce(CAST(${where.sql} AS BOOLEAN), false)`;
    userSql.push(where.sql);
  }
  return {
    rule,
    columns: compiled.columns,
    looksAt,
    breaks: compiled.breaks,
    rowsQuery: compiled.rows === null ? null : compiled.rows(`(SELECT * FROM ${relation} WHERE ${looksAt})`),
    userSql,
    value: valueOf(compiled.columns),
  };
}

interface TypeSql {
  columns: string[];
  looksAt: string;
  breaks: string | null;
  rows: ((relation: string) => string) | null;
  userSql: string[];
}

async function compileType(
  db: Database,
  { rule, table, columns }: { rule: CheckRule; table: string; columns: readonly Column[] },
): Promise<TypeSql> {
  const typeOf = (name: string) => columns.find((column) => column.name === name)?.type;
  const isMissing = (name: string) => missing(name, typeOf(name) === 'text' || typeOf(name) === undefined);
  const isPresent = (name: string) => `NOT ${isMissing(name)}`;
  const simple = (column: string, breaks: string): TypeSql => ({
    columns: [column],
    looksAt: isPresent(column),
    breaks,
    rows: null,
    userSql: [],
  });
  switch (rule.type) {
    case 'not-missing':
      return { columns: [rule.column], looksAt: 'true', breaks: isMissing(rule.column), rows: null, userSql: [] };
    case 'in-set': {
      const name = identifier(rule.column);
      if (!NUMERIC.has(typeOf(rule.column) ?? ''))
        return simple(rule.column, `CAST(${name} AS VARCHAR) NOT IN (${literals(rule.values)})`);
      const odd = rule.values.find((value) => value.trim() === '' || !Number.isFinite(Number(value)));
      if (odd !== undefined) throw invalid(rule, `"${odd}" is not a number, but column ${rule.column} holds numbers`);
      return simple(rule.column, `${name} NOT IN (${rule.values.map(Number).join(', ')})`);
    }
    case 'in-range': {
      const number = numberOf(rule.column, typeOf(rule.column), rule);
      return simple(rule.column, `NOT coalesce(${bounds(number, rule)}, false)`);
    }
    case 'length':
      return simple(rule.column, `NOT ${bounds(`length(CAST(${identifier(rule.column)} AS VARCHAR))`, rule)}`);
    case 'matches':
      await verifyPattern(db, rule);
      return simple(
        rule.column,
        `NOT regexp_matches(CAST(${identifier(rule.column)} AS VARCHAR), ${literal(rule.pattern)})`,
      );
    case 'expression': {
      const { sql, columns: used } = await safeExpression(db, {
        rule: rule.id,
        expression: rule.expression,
        table,
        columns,
      });
      const condition = `CAST(${sql} AS BOOLEAN)`;
      return {
        columns: used.filter((name) => typeOf(name) !== undefined),
        looksAt: `${condition} IS NOT NULL`,
        breaks: `NOT ${condition}`,
        rows: null,
        userSql: [sql],
      };
    }
    case 'unique':
      return {
        columns: rule.columns,
        looksAt: `(${rule.columns.map(isPresent).join(' OR ')})`,
        breaks: null,
        rows: (relation) => repeatedRows(relation, rule.columns),
        userSql: [],
      };
    case 'functional-dependency':
      return {
        columns: [rule.determinant, rule.dependent],
        looksAt: `${isPresent(rule.determinant)} AND ${isPresent(rule.dependent)}`,
        breaks: null,
        rows: (relation) => minorityRows(relation, rule.determinant, rule.dependent),
        userSql: [],
      };
    default:
      return assertNever(rule);
  }
}

/** Every row of a group of equal rows but the first: as many as rows − distinct rows. */
function repeatedRows(relation: string, columns: readonly string[]): string {
  const names = columns.map(identifier);
  const same = names.map((name) => `t.${name} IS NOT DISTINCT FROM g.${name}`).join(' AND ');
  return `SELECT t._row_id FROM ${relation} t JOIN (
      SELECT ${names.join(', ')}, min(_row_id) AS first FROM ${relation} GROUP BY ALL HAVING count(*) > 1
    ) g ON ${same} WHERE t._row_id <> g.first`;
}

/** Rows whose dependent is not the most frequent of their determinant: the g3 error of Kivinen & Mannila (1995). Ties: the smallest. */
function minorityRows(relation: string, determinant: string, dependent: string): string {
  const [from, to] = [identifier(determinant), identifier(dependent)];
  return `SELECT t._row_id FROM ${relation} t JOIN (
      SELECT determinant, arg_max(dependent, (rows, -place)) AS usual FROM (
        SELECT ${from} AS determinant, ${to} AS dependent, count(*) AS rows,
          row_number() OVER (PARTITION BY ${from} ORDER BY ${to}) AS place
        FROM ${relation} GROUP BY ${from}, ${to}
      ) GROUP BY determinant HAVING count(*) > 1
    ) g ON t.${from} = g.determinant WHERE t.${to} <> g.usual`;
}

function numberOf(column: string, type: Column['type'] | undefined, rule: CheckRule): string {
  if (type === 'text') return `TRY_CAST(trim(${identifier(column)}) AS DOUBLE)`;
  if (type === undefined || NUMERIC.has(type)) return identifier(column);
  throw invalid(rule, `column ${column} holds ${type} values, not numbers`);
}

function bounds(number: string, rule: { minimum?: number; maximum?: number } & CheckRule): string {
  const conditions = [
    ...(rule.minimum === undefined ? [] : [`${number} >= ${rule.minimum}`]),
    ...(rule.maximum === undefined ? [] : [`${number} <= ${rule.maximum}`]),
  ];
  if (conditions.length === 0) throw invalid(rule, 'needs a minimum or a maximum');
  return `(${conditions.join(' AND ')})`;
}

async function verifyPattern(db: Database, rule: Extract<CheckRule, { type: 'matches' }>): Promise<void> {
  try {
    await db.rows(`SELECT regexp_matches('', ${literal(rule.pattern)})`);
  } catch (cause) {
    throw new AssayError(
      'DATA_PATTERN_INVALID',
      { rule: rule.id, pattern: rule.pattern, reason: firstLine(cause) },
      { cause },
    );
  }
}

function invalid(rule: CheckRule, reason: string): AssayError {
  return new AssayError('DATA_RULE_INVALID', { rule: rule.id, reason });
}

const SHOWN_CHARACTERS = 1000;

function valueOf(columns: readonly string[]): string {
  const texts = columns.map((name) => `CAST(${identifier(name)} AS VARCHAR)`);
  const [only] = texts;
  if (only === undefined) return 'NULL';
  const joined =
    texts.length === 1
      ? only
      : `concat_ws(', ', ${texts.map((text, index) => `${literal(`${columns[index] ?? ''}=`)} || ${text}`).join(', ')})`;
  return `left(${joined}, ${SHOWN_CHARACTERS})`;
}
