import type { ColumnType, DatasetEntry } from '../contracts/data.ts';
import { AssayError } from '../contracts/errors.ts';
import { ROW_ID } from '../contracts/task.ts';
import { columnType, requireColumns, SQL_TYPES } from './columns.ts';
import type { OpenedFile } from './readers/opened.ts';

/** A column of the table to be: where its text comes from and what it becomes. */
export interface TypedColumn {
  name: string;
  type: ColumnType;
  declared: boolean;
  description: string;
  /** The value as text, NULL where it is missing. */
  raw: string;
  /** The typed value; NULL where it is missing or of another type. */
  value: string;
}

/**
 * Declared columns first, in declared order, then the undeclared ones of the source under their own names (as text, Parquet's own
 * types kept).
 *
 * @throws AssayError DATA_COLUMN_MISSING, DATA_COLUMN_RESERVED, DATA_COLUMN_DUPLICATE
 */
export function typedColumns(entry: DatasetEntry, opened: OpenedFile, file: string): TypedColumn[] {
  const present = opened.columns.map(({ sourceName }) => sourceName);
  const wanted = entry.columns.map((column) => ({ ...column, from: sourceOf(column, present) }));
  requireColumns(
    wanted.map(({ from }) => from),
    present,
    { file, line: 1, dataset: entry.name },
  );
  const used = new Set(wanted.map(({ from }) => from));
  const declared = wanted.map(({ name, type, description = '', from }) => ({ name, type, description, from }));
  const others = opened.columns
    .filter(({ sourceName }) => !used.has(sourceName))
    .map(({ sourceName, sqlType }) => ({
      name: sourceName,
      type: columnType(sqlType),
      description: '',
      from: sourceName,
    }));
  const names = new Set<string>();
  return [...declared, ...others].map(({ name, type, description, from }, index) => {
    const key = name.toLowerCase();
    if (key === ROW_ID || (key === 'part' && entry.files !== undefined))
      throw new AssayError('DATA_COLUMN_RESERVED', { file, column: name });
    if (names.has(key)) throw new AssayError('DATA_COLUMN_DUPLICATE', { file, columns: [name] });
    names.add(key);
    const column = opened.columns.find(({ sourceName }) => sourceName === from);
    if (column === undefined) throw new AssayError('DATA_COLUMN_MISSING', { file, columns: [from], present });
    return { name, type, description, declared: index < declared.length, ...cast(column, type) };
  });
}

/** A column without a name in the header may be declared with `sourceName: ''`. */
function sourceOf(column: DatasetEntry['columns'][number], present: string[]): string {
  const from = column.sourceName ?? column.name;
  return from === '' ? (present.find((name) => /^column_\d+$/.test(name)) ?? '') : from;
}

function cast({ sql, sqlType }: OpenedFile['columns'][number], type: ColumnType): { raw: string; value: string } {
  const text = sqlType === 'VARCHAR' ? sql : `CAST(${sql} AS VARCHAR)`;
  if (sqlType === SQL_TYPES[type] || type === 'text') return { raw: text, value: type === 'text' ? text : sql };
  const raw = `nullif(trim(${text}), '')`;
  switch (type) {
    case 'integer':
      // Whole numbers only, also when written 12.0: DuckDB's own cast would round 12.7.
      return {
        raw,
        value: `CASE WHEN regexp_full_match(${raw}, '[+-]?\\d+(\\.0*)?') THEN TRY_CAST(split_part(${raw}, '.', 1) AS BIGINT) END`,
      };
    case 'number': {
      const number = `nullif(nullif(lower(${raw}), 'nan'), 'null')`;
      return {
        raw: number,
        value: `CASE WHEN isfinite(TRY_CAST(${number} AS DOUBLE)) THEN TRY_CAST(${number} AS DOUBLE) END`,
      };
    }
    case 'boolean':
    case 'date':
    case 'timestamp':
      return { raw, value: `TRY_CAST(${raw} AS ${SQL_TYPES[type]})` };
  }
}
