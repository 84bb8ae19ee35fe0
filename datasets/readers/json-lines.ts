import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { AssayError } from '../../contracts/errors.ts';
import { textAt, type Database } from '../duckdb.ts';
import { literal } from '../sql.ts';
import type { OpenedFile } from './opened.ts';

/**
 * JSON Lines: one object a line; its keys, over all lines, are the columns, in order of first appearance. Nested values stay JSON text.
 *
 * @throws AssayError DATA_EMPTY, DATA_JSON_BROKEN
 */
export async function openJsonLines(db: Database, options: { path: string; file: string }): Promise<OpenedFile> {
  const { path, file } = options;
  const relation = `read_json_objects(${literal(path)}, format = 'newline_delimited')`;
  const explain = async (error: unknown) => {
    if (!(error instanceof Error) || !/json/i.test(error.message)) return error;
    const broken = await firstBroken(path);
    return broken === undefined ? error : new AssayError('DATA_JSON_BROKEN', { file, ...broken }, { cause: error });
  };
  try {
    const [odd] = await db.rows(
      `SELECT row, shown FROM (SELECT row_number() OVER () AS row, json_type(json) AS kind, CAST(json AS VARCHAR)[1:80] AS shown
       FROM ${relation}) WHERE kind <> 'OBJECT' ORDER BY row LIMIT 1`,
    );
    if (odd !== undefined) {
      const row = Number(textAt(odd, 'row'));
      throw new AssayError('DATA_JSON_BROKEN', { file, line: row, row, excerpt: textAt(odd, 'shown') ?? '' });
    }
    const keys = await db.rows(
      `SELECT key, min(place) AS place FROM (
         SELECT unnest(json_keys(json)) AS key, row_number() OVER () AS place FROM ${relation}
       ) GROUP BY key ORDER BY place, key`,
    );
    if (keys.length === 0) throw new AssayError('DATA_EMPTY', { file });
    return {
      relation,
      columns: keys.map((row) => {
        const sourceName = textAt(row, 'key') ?? '';
        const pointer = `/${sourceName.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        return { sourceName, sql: `json_extract_string(json, ${literal(pointer)})`, sqlType: 'VARCHAR' };
      }),
      explain,
    };
  } catch (error) {
    throw error instanceof AssayError ? error : await explain(error);
  }
}

/** DuckDB's own line counts are not exact around a broken object, so the place is looked for again. */
async function firstBroken(path: string): Promise<{ line: number; row: number; excerpt: string } | undefined> {
  let line = 0;
  let row = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() === '') continue;
    row += 1;
    try {
      JSON.parse(text);
    } catch {
      return { line, row, excerpt: text.slice(0, 80) };
    }
  }
  return undefined;
}
