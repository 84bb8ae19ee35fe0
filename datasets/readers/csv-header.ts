import { open } from 'node:fs/promises';
import { AssayError } from '../../contracts/errors.ts';

const HEADER_BYTES = 1024 * 1024;

/**
 * Column names of a UTF-8 CSV's first record. A column without a name is called `column_3` after its place.
 *
 * @throws AssayError DATA_EMPTY, DATA_CSV_BROKEN, DATA_COLUMN_DUPLICATE
 */
export async function readHeader(path: string, delimiter: string, file: string): Promise<string[]> {
  const handle = await open(path);
  let text: string;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    text = buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
  if (text.trim() === '') throw new AssayError('DATA_EMPTY', { file });
  const names = firstRecord(text, delimiter, file).map((name, index) => name.trim() || `column_${index + 1}`);
  const seen = new Set<string>();
  const repeated = names.filter((name) => seen.size === seen.add(name.toLowerCase()).size);
  if (repeated.length > 0) throw new AssayError('DATA_COLUMN_DUPLICATE', { file, line: 1, columns: repeated });
  return names;
}

function firstRecord(text: string, delimiter: string, file: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quoted) {
      if (char !== '"') field += char;
      else if (text.charAt(at + 1) === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"' && field === '') quoted = true;
    else if (char === delimiter) {
      fields.push(field);
      field = '';
    } else if (char === '\n' || char === '\r') return [...fields, field];
    else field += char;
  }
  if (quoted)
    throw new AssayError('DATA_CSV_BROKEN', {
      file,
      line: 1,
      problem: 'a quote in the header is never closed',
      excerpt: text.slice(0, 80),
      advice: 'Close the quote; a quote inside a quoted field is written twice.',
    });
  return [...fields, field];
}
