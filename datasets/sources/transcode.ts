import { isUtf8 } from 'node:buffer';
import { AssayError } from '../../contracts/errors.ts';
import { guessEncoding } from './guess-encoding.ts';

/** Names a catalogue may use → label of the WHATWG encoding standard. */
const ENCODINGS: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'utf-16': 'utf-16le',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  'latin-1': 'windows-1252',
  latin1: 'windows-1252',
  'iso-8859-1': 'windows-1252',
  'windows-1252': 'windows-1252',
  cp1252: 'windows-1252',
  'iso-8859-15': 'iso-8859-15',
  gb18030: 'gb18030',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  big5: 'big5',
  shift_jis: 'shift_jis',
  'euc-jp': 'euc-jp',
  'euc-kr': 'euc-kr',
};

/** Bytes without a line end after which we stop waiting for one. */
const LONGEST_LINE_BYTES = 8 * 1024 * 1024;

/** Label of the declared encoding; undefined when none is declared. */
export function encodingLabel(declared: string | undefined, dataset: string): string | undefined {
  if (declared === undefined) return undefined;
  const label = ENCODINGS[declared.toLowerCase()];
  if (label === undefined)
    throw new AssayError('DATA_ENCODING_UNKNOWN', { dataset, encoding: declared, known: Object.keys(ENCODINGS) });
  return label;
}

/**
 * Turns chunks of text in any known encoding into UTF-8, line by line in bulk, the byte order mark removed.
 * A byte order mark decides; else what is declared; else UTF-8.
 *
 * @param onEncoding told the encoding once it is known
 * @throws AssayError DATA_ENCODING, DATA_NUL_BYTE with file, byte (from 0) and line
 */
export async function* transcode(
  chunks: AsyncIterable<Buffer>,
  options: { file: string; declared: string | undefined; onEncoding: (label: string) => void },
): AsyncIterable<Buffer> {
  const { file, declared, onEncoding } = options;
  let label: string | undefined;
  let held: Buffer = Buffer.alloc(0);
  let byte = 0;
  let line = 1;
  const decode = (piece: Buffer, encoding: string): Buffer => {
    const text = toUtf8(piece, encoding, { file, byte, line, declared: declared !== undefined });
    byte += piece.length;
    line += countLines(text);
    return text;
  };
  for await (const chunk of chunks) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    if (label === undefined) {
      if (held.length < 4) continue;
      const start = startOf(held, declared);
      label = start.label;
      onEncoding(label);
      held = held.subarray(start.skip);
      byte += start.skip;
    }
    const end = lastLineEnd(held, label);
    if (end === 0 && held.length > LONGEST_LINE_BYTES)
      throw new AssayError('DATA_CSV_BROKEN', {
        file,
        line,
        problem: `the line is longer than ${LONGEST_LINE_BYTES / 1024 / 1024} MB`,
        excerpt: held.subarray(0, 80).toString('latin1'),
        advice: 'Check the line ends of the file, or whether it is text at all.',
      });
    if (end === 0) continue;
    yield decode(held.subarray(0, end), label);
    held = held.subarray(end);
  }
  if (label === undefined) {
    const start = startOf(held, declared);
    label = start.label;
    onEncoding(label);
    held = held.subarray(start.skip);
  }
  if (held.length > 0) yield decode(held, label);
}

function startOf(bytes: Buffer, declared: string | undefined): { label: string; skip: number } {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { label: 'utf-8', skip: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { label: 'utf-16le', skip: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { label: 'utf-16be', skip: 2 };
  return { label: declared ?? 'utf-8', skip: 0 };
}

/** Offset after the last line feed: a safe place to cut, as no encoding here uses that byte inside a character. */
function lastLineEnd(bytes: Buffer, label: string): number {
  if (!label.startsWith('utf-16')) return bytes.lastIndexOf(0x0a) + 1;
  const [feed, next] = label === 'utf-16le' ? [0x0a, 0x00] : [0x00, 0x0a];
  for (let at = (bytes.length & ~1) - 2; at >= 0; at -= 2)
    if (bytes[at] === feed && bytes[at + 1] === next) return at + 2;
  return 0;
}

function toUtf8(
  piece: Buffer,
  label: string,
  place: { file: string; byte: number; line: number; declared: boolean },
): Buffer {
  const { file, byte, line, declared } = place;
  if (label === 'utf-8' && isUtf8(piece)) return withoutNul(piece, piece, place);
  try {
    const text = Buffer.from(new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(piece), 'utf8');
    return withoutNul(text, piece, place);
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    const at = firstInvalid(piece, label);
    throw new AssayError(
      'DATA_ENCODING',
      {
        file,
        line: line + countLines(piece.subarray(0, at)),
        byte: byte + at,
        encoding: declared ? label : 'utf-8 (none is declared)',
        guess: guessEncoding(piece, label),
      },
      { cause },
    );
  }
}

function withoutNul(text: Buffer, piece: Buffer, place: { file: string; byte: number; line: number }): Buffer {
  const at = text.indexOf(0);
  if (at < 0) return text;
  throw new AssayError('DATA_NUL_BYTE', {
    file: place.file,
    line: place.line + countLines(text.subarray(0, at)),
    byte: place.byte + Math.max(0, piece.indexOf(0)),
  });
}

/** Offset of the first character that is not valid: by bisection over prefixes, which may end amid a character. */
function firstInvalid(piece: Buffer, label: string): number {
  let low = 0;
  let high = piece.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (decodes(piece.subarray(0, middle), label, true)) low = middle;
    else high = middle - 1;
  }
  while (low > 0 && !decodes(piece.subarray(0, low), label, false)) low -= 1;
  return low;
}

function decodes(bytes: Buffer, label: string, stream: boolean): boolean {
  try {
    new TextDecoder(label, { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
}
