import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssayError, type ErrorCode } from '../../contracts/errors.ts';
import type { DatasetEntry } from '../../contracts/data.ts';
import { ingestTable } from '../../datasets/ingest.ts';
import { withDatabase } from '../../datasets/duckdb.ts';

/** A folder of a test's own, gone after it. */
export async function withFolder<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-datasets-'));
  try {
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export function entryOf(change: Partial<DatasetEntry> = {}): DatasetEntry {
  return {
    name: 'shop',
    description: 'A test.',
    licence: 'Apache-2.0',
    format: 'csv',
    path: 'shop.csv',
    columns: [
      { name: 'id', type: 'integer' },
      { name: 'text', type: 'text' },
    ],
    ...change,
  };
}

/** Writes `content` as the entry's file and ingests it. */
export async function ingestContent(dir: string, content: string | Uint8Array, change: Partial<DatasetEntry> = {}) {
  const entry = entryOf(change);
  const dataDir = join(dir, 'data');
  const workDir = join(dir, 'work');
  await mkdir(dataDir, { recursive: true });
  await mkdir(workDir, { recursive: true });
  await writeFile(join(dataDir, entry.path), content);
  return ingestTable({
    entry,
    sources: { dataDir, projectRoot: join(dir, 'project'), downloadDir: join(dir, 'downloads') },
    workDir,
    seed: 7,
    clock: () => new Date('2026-01-02T03:04:05Z'),
  });
}

/** A table from SQL; `_row_id` must be among its columns. */
export async function tableOf(dir: string, sql: string, name = 'input.parquet'): Promise<string> {
  const out = join(dir, name);
  await withDatabase({ workDir: dir }, (db) => db.writeParquet(sql, out));
  return out;
}

/** A table from rows of equal keys. */
export function rowsSql(rows: readonly Record<string, string | number | null>[]): string {
  const value = (cell: string | number | null) =>
    cell === null ? 'NULL' : typeof cell === 'number' ? String(cell) : `'${cell.replaceAll("'", "''")}'`;
  const names = Object.keys(rows[0] ?? {});
  const lines = rows.map((row, index) => `(${[index, ...names.map((name) => value(row[name] ?? null))].join(', ')})`);
  return `SELECT CAST(_row_id AS BIGINT) AS _row_id, ${names.map((name) => `"${name}"`).join(', ')}
    FROM (VALUES ${lines.join(', ')}) t(_row_id, ${names.map((name) => `"${name}"`).join(', ')})`;
}

/** For `assert.rejects`: an AssayError of this code whose facts include these. */
export function failure(code: ErrorCode, facts: Record<string, unknown> = {}) {
  return (error: unknown): boolean => {
    if (!(error instanceof AssayError)) throw error;
    for (const [name, expected] of Object.entries(facts))
      if (JSON.stringify(error.facts[name]) !== JSON.stringify(expected))
        throw new Error(
          `${name} is ${JSON.stringify(error.facts[name])}, not ${JSON.stringify(expected)}: ${error.message}`,
        );
    if (/\{\w+\}/.test(error.message + error.remedy))
      throw new Error(`a fact is lacking in: ${error.message} | ${error.remedy}`);
    if (error.code !== code) throw new Error(`${error.code}, not ${code}: ${error.message}`, { cause: error });
    return true;
  };
}
