import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DatasetEntry, Metadata } from '../contracts/data.ts';
import { AssayError } from '../contracts/errors.ts';
import { countAt, textAt, withDatabase, type Database } from './duckdb.ts';
import { generateShop } from './generate/shop.ts';
import { GENERATOR_VERSION } from './generator-version.ts';
import { openCsv } from './readers/csv.ts';
import { openJsonLines } from './readers/json-lines.ts';
import type { OpenedFile } from './readers/opened.ts';
import { openParquet } from './readers/parquet.ts';
import { resolveSource, type SourceFile, type Sources } from './sources/resolve.ts';
import { encodingLabel, transcode } from './sources/transcode.ts';
import { unpack } from './sources/unpack.ts';
import { identifier, literal } from './sql.ts';
import { typedColumns, type TypedColumn } from './typed-columns.ts';

export interface IngestOptions {
  entry: DatasetEntry;
  sources: Sources;
  /** Temporary files and the outputs; made and removed by the caller. */
  workDir: string;
  /** Of the generated shop. */
  seed: number;
  clock: () => Date;
  signal?: AbortSignal | undefined;
  progress?: ((message: string, fraction?: number) => void) | undefined;
}

/**
 * Digest of what `ingestTable` would read, its bytes as decompressed; for generated data, of the generator and its seed.
 *
 * @throws AssayError as `resolveSource`
 */
export async function sourceDigest(options: IngestOptions): Promise<{ sha256: string; origin: Metadata['origin'] }> {
  const found = await resolveSource(options);
  if (found === 'generated')
    return { sha256: sha256Of(`generated-shop ${GENERATOR_VERSION} ${options.seed}`), origin: 'generated' };
  return { sha256: digestOfAll(found), origin: found[0]?.origin ?? 'local' };
}

/**
 * Reads a data set into one typed Parquet table with `_row_id`, the row's position in the source from 0.
 *
 * @returns paths below `workDir`; `faults` only for generated data
 * @throws AssayError of the DATA family, with file, line and row where there are such
 */
export async function ingestTable(
  options: IngestOptions,
): Promise<{ table: string; metadata: Metadata; faults?: string }> {
  const { entry, workDir, seed, clock, progress } = options;
  const label = encodingLabel(entry.encoding, entry.name);
  progress?.('finding the source', 0);
  const found = await resolveSource(options);
  if (found !== 'generated') {
    const { table, ...facts } = await readFiles(options, entry, found, label);
    return { table, metadata: { ...describe(options, entry, found), ...facts, ingestedAt: clock().toISOString() } };
  }
  progress?.('generating a shop', 0.1);
  const shop = await generateShop({ entry, seed, workDir });
  const csv: DatasetEntry = { ...entry, format: 'csv', delimiter: ',' };
  delete csv.files;
  const { size } = await stat(shop.csv);
  const file: SourceFile = {
    path: shop.csv,
    name: basename(shop.csv),
    origin: 'local',
    sha256: '',
    bytes: size,
    compression: 'none',
    updatedAt: null,
  };
  const { table, ...facts } = await readFiles(options, csv, [file], undefined);
  const metadata: Metadata = {
    ...describe(options, csv, [file]),
    ...facts,
    description: shop.description,
    licence: 'generated, free of rights',
    origin: 'generated',
    source: `generated shop, version ${GENERATOR_VERSION}, seed ${seed}`,
    sourceSha256: null,
    ingestedAt: clock().toISOString(),
  };
  return { table, metadata, faults: shop.faults };
}

function describe(
  { entry: { name, description, licence, owner } }: IngestOptions,
  { format }: DatasetEntry,
  files: readonly SourceFile[],
) {
  const [first] = files;
  return {
    dataset: name,
    description,
    licence,
    owner: owner ?? null,
    origin: first?.origin ?? 'local',
    source: files.map((file) => file.name).join(', '),
    format,
    compression: first?.compression ?? 'none',
    sourceSha256: digestOfAll(files),
    sourceBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    updatedAt: files.reduce<string | null>((latest, { updatedAt }) => later(latest, updatedAt), null),
  };
}

function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}

type ReadFacts = Pick<Metadata, 'encoding' | 'rows' | 'columns' | 'schemaDrift' | 'tableSha256'>;

async function readFiles(
  { workDir, signal, progress }: IngestOptions,
  entry: DatasetEntry,
  files: readonly SourceFile[],
  label: string | undefined,
): Promise<ReadFacts & { table: string }> {
  const unpacked: { file: SourceFile; path: string; encoding: string }[] = [];
  for (const [index, file] of files.entries()) {
    progress?.(`reading ${file.name}`, 0.1 + (0.4 * index) / files.length);
    const path = join(workDir, `source-${index}`);
    unpacked.push({ file, path, encoding: await materialise(file, path, entry, label, signal) });
  }
  const table = join(workDir, 'table.parquet');
  progress?.('typing the columns', 0.5);
  const { rows, columns } = await withDatabase({ workDir, signal }, async (db) => {
    const parts: string[] = [];
    let columns: TypedColumn[] = [];
    let rows = 0;
    const openedFiles: OpenedFile[] = [];
    for (const { file, path } of unpacked) {
      const opened = await openFile(db, entry, path, file.name);
      openedFiles.push(opened);
      const typed = typedColumns(entry, opened, file.name);
      const counted = await explained(opened, () => countAndVerify(db, opened, typed, file.name));
      if (counted === 0) throw new AssayError('DATA_NO_ROWS', { file: file.name });
      const part = file.part === undefined ? '' : `, ${literal(file.part)} AS part`;
      const values = typed.map(({ name, value }) => `${value} AS ${identifier(name)}`).join(', ');
      // A window over nothing numbers rows as they are read, which is the order of the file.
      parts.push(`SELECT ${rows} + row_number() OVER () - 1 AS _row_id, ${values}${part} FROM ${opened.relation}`);
      rows += counted;
      columns = columns.length === 0 ? typed : sameColumns(columns, typed, file.name);
    }
    progress?.('writing the table', 0.7);
    const query =
      parts.length === 1 ? parts.join('') : `SELECT * FROM (${parts.join(' UNION ALL BY NAME ')}) ORDER BY _row_id`;
    const [opened] = openedFiles;
    if (opened === undefined) throw new AssayError('DATA_EMPTY', { file: entry.path });
    await explained(opened, () => db.writeParquet(query, table));
    return { rows, columns };
  });
  const described = columns.map(({ name, type, declared, description }) => ({ name, type, declared, description }));
  if (entry.files !== undefined)
    described.push({ name: 'part', type: 'text', declared: true, description: 'The file that the row is from.' });
  return {
    table,
    encoding: [...new Set(unpacked.map(({ encoding }) => encoding))].join(', '),
    rows,
    columns: described,
    schemaDrift: { missing: [], undeclared: columns.filter(({ declared }) => !declared).map(({ name }) => name) },
    tableSha256: await digestOfFile(table),
  };
}

/** Writes the decompressed source, as UTF-8 where it is text, to `path`; answers the encoding it was in. */
async function materialise(
  file: SourceFile,
  path: string,
  entry: DatasetEntry,
  label: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { chunks } = await unpack(file.path, file.name, file.member);
  let encoding = 'binary';
  const text =
    entry.format === 'parquet'
      ? chunks
      : transcode(chunks, { file: file.name, declared: label, onEncoding: (found) => (encoding = found) });
  await pipeline(text, createWriteStream(path), { signal });
  if ((await stat(path)).size === 0) throw new AssayError('DATA_EMPTY', { file: file.name });
  return encoding;
}

function openFile(db: Database, entry: DatasetEntry, path: string, file: string): Promise<OpenedFile> {
  switch (entry.format) {
    case 'csv':
    case 'tsv':
      return openCsv(db, { path, file, delimiter: entry.delimiter ?? (entry.format === 'tsv' ? '\t' : ',') });
    case 'jsonl':
      return openJsonLines(db, { path, file });
    case 'parquet':
      return openParquet(db, { path, file });
  }
}

async function explained<T>(opened: OpenedFile, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    throw error instanceof AssayError ? error : await opened.explain(error);
  }
}

const SHOWN_VALUES = 5;

/** Counts the rows; @throws AssayError DATA_TYPE_MISMATCH with the first values that are not of the declared type. */
async function countAndVerify(
  db: Database,
  opened: OpenedFile,
  columns: readonly TypedColumn[],
  file: string,
): Promise<number> {
  const typed = columns.filter(({ raw, value }) => raw !== value);
  const bad = ({ raw, value }: TypedColumn) => `${raw} IS NOT NULL AND ${value} IS NULL`;
  const [counts] = await db.rows(
    `SELECT count(*) AS rows${typed.map((column, index) => `, count(*) FILTER (WHERE ${bad(column)}) AS bad${index}`).join('')}
     FROM ${opened.relation}`,
  );
  for (const [index, column] of typed.entries()) {
    const failed = countAt(counts, `bad${index}`);
    if (failed === 0) continue;
    const first = await db.rows(
      `SELECT row, shown FROM (SELECT row_number() OVER () AS row, ${bad(column)} AS bad, ${column.raw}[1:40] AS shown FROM ${opened.relation})
       WHERE bad ORDER BY row LIMIT ${SHOWN_VALUES}`,
    );
    throw new AssayError('DATA_TYPE_MISMATCH', {
      file,
      row: countAt(first[0], 'row'),
      column: column.name,
      type: column.type,
      failed,
      examples: first.map((row) => `"${textAt(row, 'shown') ?? ''}" (row ${textAt(row, 'row') ?? ''})`),
    });
  }
  return countAt(counts, 'rows');
}

function sameColumns(columns: TypedColumn[], others: TypedColumn[], file: string): TypedColumn[] {
  const names = (list: TypedColumn[]) => list.map(({ name }) => name);
  const lacking = names(columns).filter((name) => !names(others).includes(name));
  const extra = names(others).filter((name) => !names(columns).includes(name));
  if (lacking.length + extra.length > 0)
    throw new AssayError('DATA_COLUMN_MISSING', {
      file,
      columns: [...lacking, ...extra],
      present: names(others),
      suggestion: 'All files of one data set must have the same columns.',
    });
  return columns;
}

function digestOfAll(files: readonly SourceFile[]): string {
  const [first] = files;
  if (files.length === 1 && first !== undefined) return first.sha256;
  return sha256Of(files.map(({ sha256, part }) => `${sha256} ${part ?? ''}`).join('\n'));
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
