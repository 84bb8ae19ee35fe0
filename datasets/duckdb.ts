import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type Json } from '@duckdb/node-api';
import { AssayError } from '../contracts/errors.ts';
import { literal, literals } from './sql.ts';

/** Values as JSON: 64-bit integers, decimals and dates are text; see `numberAt`. */
export type Row = Record<string, Json>;

export interface Database {
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<Row[]>;
  /** One chunk of at most 2,048 rows at a time; the result is never whole in memory. */
  stream(sql: string): AsyncIterable<Row[]>;
  /** Writes a query's rows as Parquet, in the query's order: the same rows give the same bytes. The file appears whole or not at all. */
  writeParquet(query: string, out: string): Promise<void>;
  /** Adds rows to a table of columns VARCHAR, BIGINT or DOUBLE: text, whole numbers (bigint) or numbers, and null. */
  append(table: string, rows: readonly (readonly (string | bigint | number | null)[])[]): Promise<void>;
}

export interface DatabaseOptions {
  /** Temporary files and outputs; DuckDB may read and write here. */
  workDir: string;
  /** Files elsewhere that it may read. */
  read?: readonly string[];
  /** Folders elsewhere that it may write to. */
  write?: readonly string[];
  memoryMb?: number | undefined;
  signal?: AbortSignal | undefined;
}

const DEFAULT_MEMORY_MB = 1024;
const TEMPORARY_SPACE_GB = 20;
/** Fixed, so that equal rows give equal bytes. */
const ROW_GROUP_ROWS = 122_880;

/**
 * Runs `use` on a database of its own in memory, which spills to `workDir`, sees no file but those named, loads no extension,
 * is interrupted when `signal` aborts, and is always closed.
 *
 * @throws the signal's reason when aborted; AssayError DATA_MEMORY, DATA_DISK_FULL, DATA_PARQUET_BROKEN
 */
export async function withDatabase<T>(options: DatabaseOptions, use: (db: Database) => Promise<T>): Promise<T> {
  const { workDir, read = [], write = [], memoryMb = DEFAULT_MEMORY_MB, signal } = options;
  signal?.throwIfAborted();
  const temporary = join(workDir, 'duckdb-tmp');
  await mkdir(temporary, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: `${memoryMb}MB`,
    temp_directory: temporary,
    max_temp_directory_size: `${TEMPORARY_SPACE_GB}GB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'true',
  });
  let connection: DuckDBConnection | undefined;
  const interrupt = () => connection?.interrupt();
  try {
    connection = await instance.connect();
    await connection.run(`SET TimeZone = 'UTC'`);
    await connection.run(`SET allowed_directories = [${literals([workDir, ...write].map((dir) => `${dir}/`))}]`);
    await connection.run(`SET allowed_paths = [${literals(read)}]`);
    await connection.run(`SET enable_external_access = false`);
    await connection.run(`SET lock_configuration = true`);
    signal?.addEventListener('abort', interrupt, { once: true });
    return await use(database(connection, signal));
  } catch (error) {
    signal?.throwIfAborted();
    throw explain(error, memoryMb);
  } finally {
    signal?.removeEventListener('abort', interrupt);
    connection?.closeSync();
    instance.closeSync();
    await rm(temporary, { recursive: true, force: true });
  }
}

function database(connection: DuckDBConnection, signal: AbortSignal | undefined): Database {
  const run = async (sql: string) => {
    signal?.throwIfAborted();
    await connection.run(sql);
  };
  return {
    run,
    async rows(sql) {
      signal?.throwIfAborted();
      return (await connection.runAndReadAll(sql)).getRowObjectsJson();
    },
    async *stream(sql) {
      signal?.throwIfAborted();
      for await (const rows of (await connection.stream(sql)).yieldRowObjectJson()) {
        signal?.throwIfAborted();
        yield rows;
      }
    },
    async writeParquet(query, out) {
      const partial = `${out}.partial`;
      await run(
        `COPY (${query}) TO ${literal(partial)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`,
      );
      await rename(partial, out);
    },
    async append(table, rows) {
      const appender = await connection.createAppender(table);
      for (const row of rows) {
        for (const value of row) {
          if (value === null) appender.appendNull();
          else if (typeof value === 'bigint') appender.appendBigInt(value);
          else if (typeof value === 'number') appender.appendDouble(value);
          else appender.appendVarchar(value);
        }
        appender.endRow();
      }
      appender.closeSync();
    },
  };
}

function explain(error: unknown, memoryMb: number): unknown {
  if (!(error instanceof Error) || error instanceof AssayError) return error;
  const text = error.message;
  if (/no space left|disk full|errno 28/i.test(text)) return new AssayError('DATA_DISK_FULL', {}, { cause: error });
  if (/out of memory|max_temp_directory_size/i.test(text))
    return new AssayError('DATA_MEMORY', { memoryMb }, { cause: error });
  if (/parquet|magic bytes/i.test(text) && /invalid input|io error|invalid error/i.test(text))
    return new AssayError('DATA_PARQUET_BROKEN', { reason: text.split('\n')[0] ?? text }, { cause: error });
  return error;
}

/** A number, or a 64-bit integer or decimal given as text; null for NULL and for what is not finite. */
export function numberAt(row: Row | undefined, name: string): number | null {
  const value = row?.[name];
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A count: 0 for NULL. */
export function countAt(row: Row | undefined, name: string): number {
  return numberAt(row, name) ?? 0;
}

/** The value as text, or null for NULL. */
export function textAt(row: Row | undefined, name: string): string | null {
  const value = row?.[name];
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
