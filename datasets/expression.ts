import { AssayError } from '../contracts/errors.ts';
import { ROW_ID } from '../contracts/task.ts';
import { closest } from '../contracts/closest.ts';
import type { Column } from './columns.ts';
import { textAt, type Database } from './duckdb.ts';
import { literal, parquet } from './sql.ts';

/** Put before a user's expression; positions in DuckDB's parse are shifted by its length. */
const PREFIX = 'SELECT (\n';

/** Node classes of DuckDB's parse tree that read nothing but the row at hand. */
const ALLOWED_CLASSES = new Set([
  'COLUMN_REF',
  'CONSTANT',
  'COMPARISON',
  'CONJUNCTION',
  'OPERATOR',
  'CASE',
  'BETWEEN',
  'CAST',
  'FUNCTION',
]);

/** Scalar functions whose result is no larger than a small multiple of their arguments. Operators are functions to DuckDB. */
const ALLOWED_FUNCTIONS = new Set(
  (
    '+ - * / // % ** || ~~ !~~ ~~* !~~* ~~~ ! abs ceil ceiling floor round trunc sign sqrt ln log log10 exp pow power mod ' +
    'greatest least coalesce nullif ifnull isfinite isnan length strlen lower upper trim ltrim rtrim left right substring substr ' +
    'replace reverse position contains starts_with ends_with prefix suffix strip_accents concat concat_ws split_part regexp_matches ' +
    'regexp_full_match regexp_extract regexp_replace like_escape not_like_escape ilike_escape not_ilike_escape ' +
    'levenshtein jaro_winkler_similarity year month day date_part date_trunc date_diff datediff strftime nfc_normalize'
  ).split(' '),
);

export interface SafeExpression {
  /** In brackets, ready to be put into a query over the table. */
  sql: string;
  /** Columns it reads, in order of appearance. */
  columns: string[];
}

/**
 * Accepts a user's SQL condition if it is one plain expression over the columns of a row. The text is parsed, never run, until every
 * node of its tree is known to be harmless: no subquery, table or file, no setting, no aggregate or window, no unknown function.
 *
 * @throws AssayError DATA_EXPRESSION_INVALID with rule and character position (from 1)
 */
export async function safeExpression(
  db: Database,
  options: { rule: string; expression: string; table: string; columns: readonly Column[] },
): Promise<SafeExpression> {
  const { rule, expression, table, columns } = options;
  const refuse = (reason: string, location: number | null, cause?: unknown): never => {
    const position = location === null ? 1 : Math.min(expression.length, Math.max(1, location - PREFIX.length + 1));
    throw new AssayError('DATA_EXPRESSION_INVALID', { rule, reason, position, expression }, { cause });
  };
  const [parsed] = await db.rows(`SELECT json_serialize_sql(${literal(`${PREFIX}${expression}\n)`)}) AS tree`);
  const tree = asObject(JSON.parse(textAt(parsed, 'tree') ?? '{}'));
  if (tree['error'] !== false) {
    const position = Number(tree['position']);
    return refuse(String(tree['error_message']), Number.isFinite(position) ? position : null);
  }
  const root = onlyExpression(tree);
  if (root === undefined) return refuse('only one plain condition is allowed', null);
  const names = new Map(columns.map(({ name }) => [name.toLowerCase(), name]));
  names.set(ROW_ID, ROW_ID);
  const used: string[] = [];
  walk(root, (node) => {
    const location = typeof node['query_location'] === 'number' ? node['query_location'] : null;
    const kind = String(node['class']);
    if (!ALLOWED_CLASSES.has(kind)) refuse(`${describeNode(node)} is not allowed`, location);
    if (kind === 'FUNCTION') {
      const name = String(node['function_name']).toLowerCase();
      // The parser itself writes `main` for functions with a grammar of their own: trim, substring, extract, position.
      const schema = String(node['schema']);
      const plain = (schema === '' || schema === 'main') && node['catalog'] === '' && node['distinct'] === false;
      if (!plain || !ALLOWED_FUNCTIONS.has(name)) refuse(`function ${name} is not allowed`, location);
    }
    if (kind === 'COLUMN_REF') {
      const path = Array.isArray(node['column_names']) ? node['column_names'].map(String) : [];
      const name = names.get((path[0] ?? '').toLowerCase());
      if (path.length !== 1 || name === undefined) {
        const near = closest(path.join('.'), [...names.values()]);
        refuse(`there is no column ${path.join('.')}${near === undefined ? '' : ` (did you mean ${near}?)`}`, location);
      } else if (!used.includes(name)) used.push(name);
    }
  });
  const sql = `(\n${expression}\n)`;
  try {
    await db.run(`SELECT CAST(${sql} AS BOOLEAN) FROM ${parquet(table)} LIMIT 0`);
  } catch (error) {
    return refuse(firstLine(error), null, error);
  }
  return { sql, columns: used };
}

/** Names the rule whose expression fails on the data (a cast, say), after a query over several failed with `cause`. */
export async function blameExpression(
  db: Database,
  table: string,
  rules: readonly { rule: string; sql: string }[],
  cause: unknown,
): Promise<unknown> {
  for (const { rule, sql } of rules)
    try {
      await db.rows(`SELECT count(*) FILTER (WHERE ${sql}) AS rows FROM ${table}`);
    } catch (error) {
      return new AssayError(
        'DATA_EXPRESSION_INVALID',
        { rule, reason: firstLine(error), position: 1, expression: sql.slice(1, -1).trim() },
        { cause: error },
      );
    }
  return cause;
}

type Node = Record<string, unknown>;

function asObject(value: unknown): Node {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** The expression of `SELECT (…)` if the statement is nothing else. */
function onlyExpression(tree: Node): Node | undefined {
  const statements = Array.isArray(tree['statements']) ? tree['statements'] : [];
  if (statements.length !== 1) return undefined;
  const node = asObject(asObject(statements[0])['node']);
  const list = Array.isArray(node['select_list']) ? node['select_list'] : [];
  const bare =
    node['type'] === 'SELECT_NODE' &&
    asObject(node['from_table'])['type'] === 'EMPTY' &&
    ['where_clause', 'having', 'qualify', 'sample'].every((clause) => (node[clause] ?? null) === null) &&
    ['modifiers', 'group_expressions', 'group_sets'].every((clause) => isEmptyList(node[clause])) &&
    isEmptyList(asObject(node['cte_map'])['map']);
  return bare && list.length === 1 ? asObject(list[0]) : undefined;
}

function isEmptyList(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

/** Visits every object of the tree that is an expression, wherever it hangs. */
function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (typeof value === 'object' && value !== null) {
    const node = asObject(value);
    if (typeof node['class'] === 'string') visit(node);
    // A constant's value is data, not tree.
    if (node['class'] !== 'CONSTANT') for (const child of Object.values(node)) walk(child, visit);
  }
}

function describeNode(node: Node): string {
  return String(node['class']).toLowerCase().replaceAll('_', ' ');
}

export function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
