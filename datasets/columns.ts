import type { ColumnType } from '../contracts/data.ts';
import { AssayError, type Facts } from '../contracts/errors.ts';
import { ROW_ID } from '../contracts/task.ts';
import { closest } from '../contracts/closest.ts';
import { textAt, type Database } from './duckdb.ts';
import { parquet } from './sql.ts';

export interface Column {
  name: string;
  type: ColumnType;
}

/** DuckDB's type for each of ours. */
export const SQL_TYPES = {
  integer: 'BIGINT',
  number: 'DOUBLE',
  text: 'VARCHAR',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
} as const satisfies Record<ColumnType, string>;

/** Our type for one of DuckDB's; what has no counterpart (lists, structures) counts as text. */
export function columnType(sqlType: string): ColumnType {
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)$/.test(sqlType)) return 'integer';
  if (/^(DOUBLE|FLOAT|DECIMAL.*)$/.test(sqlType)) return 'number';
  if (sqlType === 'BOOLEAN') return 'boolean';
  if (sqlType === 'DATE') return 'date';
  if (sqlType.startsWith('TIMESTAMP')) return 'timestamp';
  return 'text';
}

/** Columns of a table of ours, in order, without the row id. */
export async function columnsOf(db: Database, table: string): Promise<Column[]> {
  const rows = await db.rows(`DESCRIBE SELECT * FROM ${parquet(table)}`);
  return rows
    .map((row) => ({ name: textAt(row, 'column_name') ?? '', type: columnType(textAt(row, 'column_type') ?? '') }))
    .filter(({ name }) => name !== ROW_ID);
}

/**
 * @param facts place and owner of the wish, such as `rule`
 * @throws AssayError DATA_COLUMN_MISSING naming all that lack, and what may have been meant
 */
export function requireColumns(wanted: readonly string[], present: readonly string[], facts: Facts = {}): void {
  const columns = [...new Set(wanted)].filter((name) => !present.includes(name));
  if (columns.length === 0) return;
  const near = columns.flatMap((name) => {
    const suggestion = closest(name, present);
    return suggestion === undefined ? [] : [`${suggestion} for ${name}`];
  });
  throw new AssayError('DATA_COLUMN_MISSING', {
    ...facts,
    columns,
    present: [...present],
    suggestion:
      near.length === 0
        ? 'Name columns that the table has, spelt as they stand there.'
        : `Did you mean ${near.join(', ')}?`,
  });
}
