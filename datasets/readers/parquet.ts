import { AssayError } from '../../contracts/errors.ts';
import { textAt, type Database } from '../duckdb.ts';
import { identifier, parquet } from '../sql.ts';
import type { OpenedFile } from './opened.ts';

/** @throws AssayError DATA_PARQUET_BROKEN */
export async function openParquet(db: Database, options: { path: string; file: string }): Promise<OpenedFile> {
  const { path, file } = options;
  const explain = (error: unknown) => {
    if (!(error instanceof Error) || error instanceof AssayError) return error;
    const reason = (error.message.split('\n')[0] ?? '').replaceAll(path, file);
    return new AssayError('DATA_PARQUET_BROKEN', { file, reason }, { cause: error });
  };
  try {
    const rows = await db.rows(`DESCRIBE SELECT * FROM ${parquet(path)}`);
    return {
      relation: parquet(path),
      columns: rows.map((row) => {
        const sourceName = textAt(row, 'column_name') ?? '';
        return { sourceName, sql: identifier(sourceName), sqlType: textAt(row, 'column_type') ?? 'VARCHAR' };
      }),
      explain: (error) => Promise.resolve(explain(error)),
    };
  } catch (error) {
    throw explain(error);
  }
}
