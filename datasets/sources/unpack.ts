import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import yauzl from 'yauzl';
import { AssayError } from '../../contracts/errors.ts';
import type { Metadata } from '../../contracts/data.ts';

export interface Unpacked {
  compression: Metadata['compression'];
  chunks: AsyncIterable<Buffer>;
}

/**
 * The bytes of a file, decompressed as a stream. Gzip and zip are known by their first bytes, not by the name.
 *
 * @param member the member of a zip archive; may be left out when it has one file only
 * @throws AssayError DATA_COMPRESSION (also while reading), DATA_ZIP_MEMBER
 */
export async function unpack(path: string, file: string, member?: string): Promise<Unpacked> {
  const magic = await firstBytes(path, 4);
  if (magic.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b])))
    return { compression: 'gzip', chunks: guarded(gunzipped(path), file) };
  if (magic.equals(Buffer.from('PK\u0003\u0004', 'latin1')))
    return { compression: 'zip', chunks: guarded(await openMember(path, file, member), file) };
  return { compression: 'none', chunks: createReadStream(path) };
}

function gunzipped(path: string): Readable {
  const gunzip = createGunzip();
  const file = createReadStream(path).on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => file.destroy());
  return file.pipe(gunzip);
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function* guarded(stream: AsyncIterable<unknown>, file: string): AsyncIterable<Buffer> {
  try {
    for await (const chunk of stream) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (cause) {
    throw new AssayError('DATA_COMPRESSION', { file, reason: messageOf(cause) }, { cause });
  }
}

/** The stream of one member; the archive is closed with it. */
function openMember(path: string, file: string, member: string | undefined): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => {
      reject(new AssayError('DATA_COMPRESSION', { file, reason: messageOf(cause) }, { cause }));
    };
    yauzl.open(path, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error !== null) {
        fail(error);
        return;
      }
      const entries: yauzl.Entry[] = [];
      zip.on('error', fail);
      zip.on('entry', (entry: yauzl.Entry) => {
        if (!entry.fileName.endsWith('/') && !entry.fileName.startsWith('__MACOSX/')) entries.push(entry);
        zip.readEntry();
      });
      zip.on('end', () => {
        const names = entries.map(({ fileName }) => fileName);
        const chosen =
          member === undefined && entries.length === 1
            ? entries[0]
            : entries.find(({ fileName }) => fileName === member);
        if (chosen === undefined) {
          zip.close();
          reject(new AssayError('DATA_ZIP_MEMBER', { file, member: member ?? '(none named)', members: names }));
          return;
        }
        zip.openReadStream(chosen, (failure, stream) => {
          if (failure !== null) {
            fail(failure);
            return;
          }
          stream.on('close', () => {
            zip.close();
          });
          resolve(stream);
        });
      });
      zip.readEntry();
    });
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
