import { dirname } from 'node:path';
import type { ColumnType } from '../contracts/data.ts';
import { SQL_TYPES } from './columns.ts';
import { withDatabase, type Row } from './duckdb.ts';
import { identifier, literal, parquet } from './sql.ts';

/**
 * JSON Lines of our own making (predictions) as Parquet, rows in the order of the file.
 * Without `columns` the types are those that DuckDB sees over the whole file.
 */
export async function jsonLinesToParquet(options: {
  path: string;
  out: string;
  workDir?: string;
  columns?: Record<string, ColumnType>;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const { path, out, workDir = dirname(out), columns, signal } = options;
  const typed =
    columns === undefined
      ? 'sample_size = -1'
      : `columns = {${Object.entries(columns)
          .map(([name, type]) => `${literal(name)}: '${SQL_TYPES[type]}'`)
          .join(', ')}}`;
  await withDatabase({ workDir, read: [path], write: [dirname(out)], signal }, (db) =>
    db.writeParquet(`SELECT * FROM read_json(${literal(path)}, format = 'newline_delimited', ${typed})`, out),
  );
}

/** The first rows of a Parquet file, for small things; 64-bit integers as text (see `numberAt`). */
export async function readRows(
  path: string,
  options: { workDir: string; limit?: number; orderBy?: string; signal?: AbortSignal | undefined },
): Promise<Row[]> {
  const { workDir, limit = 1000, orderBy, signal } = options;
  const order = orderBy === undefined ? '' : `ORDER BY ${identifier(orderBy)}`;
  return withDatabase({ workDir, read: [path], signal }, (db) =>
    db.rows(`SELECT * FROM ${parquet(path)} ${order} LIMIT ${limit}`),
  );
}
