import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { AssayError } from '../contracts/errors.ts';

export interface TensorFile {
  shapes: ReadonlyMap<string, readonly number[]>;
  metadata: Readonly<Record<string, string>>;
  /** Values as 32-bit floats. */
  read(name: string): Float32Array;
  close(): void;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const BYTES: Record<string, number> = { F32: 4, F16: 2, BF16: 2, F64: 8, I64: 8, I32: 4 };
/** The header is JSON; a length beyond this is not a safetensors file (the format's own limit). */
const HEADER_LIMIT = 100_000_000;

/**
 * Opens a safetensors file (https://huggingface.co/docs/safetensors) without reading its tensors.
 * Throws MODEL_FILE_UNREADABLE with what is wrong: not the format, cut short, a tensor whose bytes do not fit its shape.
 */
export function openSafetensors(path: string): TensorFile {
  const unreadable = (problem: string, cause?: unknown): AssayError =>
    new AssayError('MODEL_FILE_UNREADABLE', { file: basename(path), problem }, { cause });
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw unreadable(cause instanceof Error ? cause.message : 'cannot be opened', cause);
  }
  try {
    const sizeBytes = fstatSync(file).size;
    if (sizeBytes < 8) throw unreadable('it is too short to be a safetensors file');
    const headerBytes = Number(readBytes(file, 0, 8).readBigUInt64LE());
    if (headerBytes > HEADER_LIMIT || 8 + headerBytes > sizeBytes) throw unreadable('its header does not fit the file');
    const { entries, metadata } = parseHeader(readBytes(file, 8, headerBytes).toString('utf8'), unreadable);
    const start = 8 + headerBytes;
    for (const [name, { dtype, shape, data_offsets }] of entries) {
      const width = BYTES[dtype];
      if (width === undefined) throw unreadable(`${name} has the type ${dtype}`);
      const size = shape.reduce((product, length) => product * length, 1) * width;
      if (data_offsets[1] - data_offsets[0] !== size) throw unreadable(`the bytes of ${name} do not fit its shape`);
      if (start + data_offsets[1] > sizeBytes) throw unreadable(`it is cut short: ${name} ends beyond the file`);
    }
    return {
      shapes: new Map([...entries].map(([name, { shape }]) => [name, shape])),
      metadata,
      read(name) {
        const entry = entries.get(name);
        if (entry === undefined) throw unreadable(`it has no ${name}`);
        const [from, to] = entry.data_offsets;
        return toFloats(readBytes(file, start + from, to - from), entry.dtype);
      },
      close() {
        closeSync(file);
      },
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

export interface NamedArray {
  name: string;
  shape: readonly number[];
  /** Called when its turn has come, so that not all tensors stand in memory at once. */
  values: () => Float32Array;
}

/** Writes 32-bit floats and syncs the file to disk. The same tensors give the same bytes. */
export function writeSafetensors(
  path: string,
  arrays: readonly NamedArray[],
  metadata: Record<string, string> = {},
): void {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } };
  let offset = 0;
  for (const { name, shape } of arrays) {
    const sizeBytes = 4 * shape.reduce((product, length) => product * length, 1);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + sizeBytes] };
    offset += sizeBytes;
  }
  const json = JSON.stringify(header);
  const padded = Buffer.from(
    json.padEnd(Math.ceil(Buffer.byteLength(json) / 8) * 8 - Buffer.byteLength(json) + json.length),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const file = openSync(path, 'w');
  try {
    writeAll(file, length);
    writeAll(file, padded);
    for (const { values } of arrays) {
      const floats = values();
      writeAll(file, Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength));
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}

function readBytes(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let done = 0; done < length;) {
    const count = readSync(file, bytes, done, length - done, position + done);
    if (count === 0) throw new Error('unexpected end of file');
    done += count;
  }
  return bytes;
}

function parseHeader(
  json: string,
  unreadable: (problem: string, cause?: unknown) => AssayError,
): { entries: Map<string, Entry>; metadata: Record<string, string> } {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch (cause) {
    throw unreadable('its header is not JSON', cause);
  }
  if (typeof header !== 'object' || header === null) throw unreadable('its header is not an object');
  const entries = new Map<string, Entry>();
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') Object.assign(metadata, value);
    else if (isEntry(value)) entries.set(name, value);
    else throw unreadable(`its header says nothing usable of ${name}`);
  }
  return { entries, metadata };
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, data_offsets } = value as Record<string, unknown>;
  return typeof dtype === 'string' && Array.isArray(shape) && Array.isArray(data_offsets) && data_offsets.length === 2;
}

function toFloats(bytes: Buffer, dtype: string): Float32Array {
  const { buffer, byteOffset, length } = bytes;
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, length / 4);
    case 'F64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, length / 8));
    case 'BF16': {
      const bits = Uint32Array.from(new Uint16Array(buffer, byteOffset, length / 2), (half) => half << 16);
      return new Float32Array(bits.buffer);
    }
    case 'F16':
      return Float32Array.from(new Uint16Array(buffer, byteOffset, length / 2), halfToFloat);
    case 'I32':
      return Float32Array.from(new Int32Array(buffer, byteOffset, length / 4));
    default:
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, length / 8), Number);
  }
}

/** IEEE 754 binary16. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
