import { createReadStream } from 'node:fs';
import { AssayError } from '../../contracts/errors.ts';
import { countAt, textAt, type Database } from '../duckdb.ts';
import { identifier, literal } from '../sql.ts';
import { readHeader } from './csv-header.ts';
import type { OpenedFile } from './opened.ts';

/** Bytes of one record, all fields together. */
const LONGEST_RECORD_BYTES = 8 * 1024 * 1024;

/**
 * A UTF-8 CSV with a header line, read strictly (RFC 4180): every field as text, empty ones as NULL.
 *
 * @throws AssayError DATA_EMPTY, DATA_COLUMN_DUPLICATE, DATA_CSV_BROKEN
 */
export async function openCsv(
  db: Database,
  options: { path: string; delimiter: string; file: string },
): Promise<OpenedFile> {
  const { path, delimiter, file } = options;
  const names = await readHeader(path, delimiter, file);
  const columns = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
  const settings =
    `header = true, auto_detect = false, strict_mode = true, null_padding = false, encoding = 'utf-8', quote = '"', escape = '"', ` +
    `delim = ${literal(delimiter)}, max_line_size = ${LONGEST_RECORD_BYTES}, columns = {${columns}}`;
  return {
    relation: `read_csv(${literal(path)}, ${settings})`,
    columns: names.map((name) => ({ sourceName: name, sql: identifier(name), sqlType: 'VARCHAR' })),
    async explain(error) {
      if (!(error instanceof Error) || !/CSV|line size/i.test(error.message)) return error;
      return explainBroken(db, { path, file, settings, delimiter, fields: names.length }, error);
    },
  };
}

/** Reads again, keeping what is rejected, to say where the first fault stands. */
async function explainBroken(
  db: Database,
  csv: { path: string; file: string; settings: string; delimiter: string; fields: number },
  cause: Error,
): Promise<AssayError> {
  const { path, file, settings, fields, delimiter } = csv;
  if (/line size/i.test(cause.message))
    return new AssayError(
      'DATA_CSV_BROKEN',
      {
        file,
        problem: `a record is longer than ${LONGEST_RECORD_BYTES / 1024 / 1024} MB`,
        excerpt: cause.message.split('\n')[0] ?? '',
        advice: 'Look for a quote that is opened and never closed, or shorten the field.',
      },
      { cause },
    );
  await db.run(
    `CREATE OR REPLACE TEMP TABLE rejected AS SELECT count(*) FROM read_csv(${literal(path)}, ${settings}, store_rejects = true)`,
  );
  const [first] = await db.rows(
    `SELECT line, line_byte_position, column_idx, error_type, csv_line[1:80] AS excerpt, error_message
     FROM reject_errors ORDER BY line_byte_position, byte_position LIMIT 1`,
  );
  if (first === undefined) return new AssayError('DATA_CSV_BROKEN', unplaced(file, cause), { cause });
  const kind = textAt(first, 'error_type') ?? '';
  return new AssayError(
    'DATA_CSV_BROKEN',
    {
      file,
      line: 1 + (await lineFeedsBefore(path, countAt(first, 'line_byte_position') - 1)),
      // DuckDB counts records, the header being the first, however many lines they span.
      row: countAt(first, 'line') - 1,
      problem: problemOf(kind, textAt(first, 'error_message') ?? '', fields),
      excerpt: (textAt(first, 'excerpt') ?? '').split('\n')[0] ?? '',
      advice: adviceOf(kind, delimiter),
    },
    { cause },
  );
}

function unplaced(file: string, cause: Error) {
  const [problem = '', excerpt = ''] = cause.message.split('\n');
  return { file, problem, excerpt, advice: 'Open the file at this place and mend it.' };
}

function problemOf(kind: string, message: string, fields: number): string {
  const found = /Found: (\d+)/.exec(message)?.[1];
  if (kind === 'UNQUOTED VALUE') return 'a quote is broken (opened and not closed, or closed inside the field)';
  if (kind === 'MISSING COLUMNS') return `the record has ${found ?? 'fewer'} fields, the header ${fields}`;
  if (kind === 'TOO MANY COLUMNS') return `the record has ${found ?? 'more'} fields, the header ${fields}`;
  if (kind === 'LINE SIZE OVER MAXIMUM') return `the record is longer than ${LONGEST_RECORD_BYTES / 1024 / 1024} MB`;
  return message;
}

function adviceOf(kind: string, delimiter: string): string {
  if (kind === 'UNQUOTED VALUE')
    return 'Close the quote on this line; a quote inside a quoted field is written twice ("").';
  const shown = delimiter === '\t' ? 'a tab' : `"${delimiter}"`;
  return `Put fields that hold ${shown} in quotes, and give every record one field a column; or mend \`delimiter\` in the catalogue.`;
}

async function lineFeedsBefore(path: string, end: number): Promise<number> {
  if (end <= 0) return 0;
  let lines = 0;
  for await (const chunk of createReadStream(path, { end: end - 1 }))
    if (Buffer.isBuffer(chunk)) for (const byte of chunk) if (byte === 0x0a) lines += 1;
  return lines;
}
