import type { CleanRule } from '../contracts/data.ts';
import { AssayError } from '../contracts/errors.ts';
import type { Column } from './columns.ts';
import { SQL_TYPES } from './columns.ts';
import type { Database } from './duckdb.ts';
import { textAt } from './duckdb.ts';
import { blank, identifier, literal, missing, squeezed } from './sql.ts';

/** A cell-changing repair of one column: the new value as SQL, and what was learnt for it. */
export interface Repair {
  column: string;
  value: string;
  learnt: string | null;
}

type RuleOf<T extends CleanRule['type']> = Extract<CleanRule, { type: T }>;

/** Repairs of text by a function of the cell alone. */
export const TEXT_REPAIRS = {
  trim: (name: string) => `regexp_replace(${name}, '^[\\s\\p{Z}]+|[\\s\\p{Z}]+$', '', 'g')`,
  'collapse-space': squeezed,
  'unicode-normalise': (name: string) => `nfc_normalize(${name})`,
  'blank-to-missing': (name: string) => `CASE WHEN NOT (${blank(name)}) THEN ${name} END`,
} as const;

export function invalid(rule: CleanRule, reason: string): AssayError {
  return new AssayError('DATA_RULE_INVALID', { rule: rule.id, reason });
}

export function mapValues(rule: RuleOf<'map-values'>, column: Column): Repair {
  const name = identifier(column.name);
  const type = SQL_TYPES[column.type];
  const cases = Object.entries(rule.mapping).map(
    ([from, to]) => `WHEN ${literal(from)} THEN CAST(${literal(to)} AS ${type})`,
  );
  return {
    column: column.name,
    value: `CASE CAST(${name} AS VARCHAR) ${cases.join(' ')} ELSE ${name} END`,
    learnt: null,
  };
}

export function clip(rule: RuleOf<'clip'>, column: Column): Repair {
  if (column.type !== 'integer' && column.type !== 'number')
    throw invalid(rule, `column ${column.name} holds ${column.type} values, not numbers`);
  const { minimum, maximum } = rule;
  if (minimum === undefined && maximum === undefined) throw invalid(rule, 'needs a minimum or a maximum');
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    throw invalid(rule, `the minimum ${minimum} is above the maximum ${maximum}`);
  const name = identifier(column.name);
  const bound = (limit: number) => `CAST(${limit} AS ${SQL_TYPES[column.type]})`;
  const cases = [
    ...(minimum === undefined ? [] : [`WHEN ${name} < ${minimum} THEN ${bound(minimum)}`]),
    ...(maximum === undefined ? [] : [`WHEN ${name} > ${maximum} THEN ${bound(maximum)}`]),
  ];
  return { column: column.name, value: `CASE ${cases.join(' ')} ELSE ${name} END`, learnt: null };
}

/** Groups shown of a value learnt within another column. */
const SHOWN_GROUPS = 20;

/** A declared value, or one learnt on the train rows of table `work`: the mode (ties: the smallest) or the median (an existing value). */
export async function fillMissing(db: Database, rule: RuleOf<'fill-missing'>, column: Column): Promise<Repair> {
  const name = identifier(column.name);
  const type = SQL_TYPES[column.type];
  const isMissing = missing(column.name, column.type === 'text');
  const filled = (value: string) => `CASE WHEN ${isMissing} THEN ${value} ELSE ${name} END`;
  const { value, strategy, within } = rule;
  if ((value === undefined) === (strategy === undefined)) throw invalid(rule, 'needs either a value or a strategy');
  if (value !== undefined) {
    if (within !== undefined) throw invalid(rule, '`within` goes with a strategy, not with a value');
    return { column: column.name, value: filled(`CAST(${literal(value)} AS ${type})`), learnt: null };
  }
  if (strategy === 'median' && column.type !== 'integer' && column.type !== 'number')
    throw invalid(rule, `a median needs numbers; column ${column.name} holds ${column.type} values`);
  const learn = strategy === 'median' ? `quantile_disc(${name}, 0.5)` : `mode(${name} ORDER BY ${name})`;
  const train = `FROM work WHERE _part = 'train' AND NOT ${isMissing}`;
  const [overall] = await db.rows(`SELECT CAST(${learn} AS VARCHAR) AS learnt ${train}`);
  const whole = textAt(overall, 'learnt');
  if (whole === null) throw invalid(rule, `column ${column.name} has no value in the train part to learn from`);
  const constant = (text: string) => `CAST(${literal(text)} AS ${type})`;
  if (within === undefined) return { column: column.name, value: filled(constant(whole)), learnt: whole };
  const groups = await db.rows(
    `SELECT CAST(${identifier(within)} AS VARCHAR) AS key, CAST(${learn} AS VARCHAR) AS learnt ${train}
     AND ${identifier(within)} IS NOT NULL GROUP BY ${identifier(within)} ORDER BY key`,
  );
  const cases = groups.map(
    (row) => `WHEN ${literal(textAt(row, 'key') ?? '')} THEN ${constant(textAt(row, 'learnt') ?? '')}`,
  );
  const shown = groups
    .slice(0, SHOWN_GROUPS)
    .map((row) => `${textAt(row, 'key') ?? ''}: ${textAt(row, 'learnt') ?? ''}`);
  const more = groups.length > SHOWN_GROUPS ? [`and ${groups.length - SHOWN_GROUPS} more`] : [];
  return {
    column: column.name,
    value: filled(`CASE CAST(${identifier(within)} AS VARCHAR) ${cases.join(' ')} ELSE ${constant(whole)} END`),
    learnt: [...shown, ...more, `otherwise: ${whole}`].join('; '),
  };
}
