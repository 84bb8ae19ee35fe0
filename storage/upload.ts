import { open, stat, type FileHandle } from 'node:fs/promises';
import { AssayError } from '../contracts/errors.ts';
import { fileFailure } from './failures.ts';
import { hashFile } from './local-cache.ts';
import type { ObjectClient, ObjectHeaders } from './minio-client.ts';

/** S3's parts are at least 5 MiB; 10,000 of these are 80 GB, and larger files get larger parts. */
const PART_BYTES = 8 << 20;
const MAX_PARTS = 10_000;
/** Parts under way at once, so that reading and hashing one overlaps with sending another. */
const LANES = 3;

export interface Digest {
  sha256: string;
  bytes: number;
}

/**
 * Stores a file under the key that `keyOf` gives its digest, in parts, holding no more than {@link LANES} of them in memory.
 * Nothing is sent when an object of that key and size is there. The object appears whole or not at all.
 * @throws AssayError STORE_FILE_FAILED, STORE_FILE_CHANGED, or one of the store
 */
export async function uploadFile(
  objects: ObjectClient,
  path: string,
  keyOf: (sha256: string) => string,
  mediaType: string,
  signal?: AbortSignal,
): Promise<Digest & { key: string }> {
  const before = await fingerprint(path);
  const sha256 = await hashFile(path, signal);
  const bytes = Number(before.size);
  const key = keyOf(sha256);
  const unchanged = async (): Promise<void> => {
    const after = await fingerprint(path);
    if (after.size !== before.size || after.mtimeNs !== before.mtimeNs || after.ino !== before.ino)
      throw new AssayError('STORE_FILE_CHANGED', { file: path });
  };
  await unchanged();
  if ((await objects.size(key)) === bytes) return { key, sha256, bytes };
  const headers = headersOf(mediaType, sha256);
  const file = await open(path, 'r');
  try {
    if (bytes <= PART_BYTES) {
      const body = await readPart(file, 0, bytes, path);
      await unchanged();
      await objects.put(key, body, headers);
    } else await uploadParts(objects, file, { key, path, bytes, headers, unchanged, signal });
  } finally {
    await file.close();
  }
  return { key, sha256, bytes };
}

/** The digest goes along as metadata, for people and tools that look at the bucket without us. */
export function headersOf(mediaType: string, sha256: string): ObjectHeaders {
  return { 'Content-Type': mediaType, 'X-Amz-Meta-Sha256': sha256 };
}

interface PartsTask {
  key: string;
  path: string;
  bytes: number;
  headers: ObjectHeaders;
  unchanged: () => Promise<void>;
  signal: AbortSignal | undefined;
}

async function uploadParts(objects: ObjectClient, file: FileHandle, task: PartsTask): Promise<void> {
  const { key, path, bytes, signal } = task;
  const partBytes = Math.max(PART_BYTES, Math.ceil(bytes / MAX_PARTS));
  const count = Math.ceil(bytes / partBytes);
  const etags = Array.from({ length: count }, () => '');
  const uploadId = await objects.beginUpload(key, task.headers);
  try {
    let next = 0;
    let failed = false;
    const lane = async (): Promise<void> => {
      while (next < count && !failed) {
        signal?.throwIfAborted();
        const part = next;
        next += 1;
        const body = await readPart(file, part * partBytes, Math.min(partBytes, bytes - part * partBytes), path);
        etags[part] = await objects.putPart(key, uploadId, part + 1, body);
      }
    };
    const lanes = Array.from({ length: LANES }, () =>
      lane().catch((error: unknown) => {
        failed = true;
        throw error;
      }),
    );
    // All lanes are over before the upload is given up: none writes into an abandoned one.
    const [failure] = (await Promise.allSettled(lanes)).filter((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
    signal?.throwIfAborted();
    await task.unchanged();
    await finish(objects, key, uploadId, etags, bytes);
  } catch (error) {
    // What cannot be abandoned now (the server is gone) is removed by the bucket's rules.
    await objects.abortUpload(key, uploadId).catch(() => undefined);
    throw error;
  }
}

async function finish(
  objects: ObjectClient,
  key: string,
  uploadId: string,
  etags: string[],
  bytes: number,
): Promise<void> {
  try {
    await objects.finishUpload(key, uploadId, etags);
  } catch (error) {
    // The answer to a first, successful attempt may have been lost.
    if ((await objects.size(key).catch(() => undefined)) !== bytes) throw error;
  }
}

async function readPart(file: FileHandle, position: number, length: number, path: string): Promise<Buffer> {
  const body = Buffer.allocUnsafeSlow(length);
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await file.read(body, filled, length - filled, position + filled).catch((error: unknown) => {
      throw fileFailure(error, 'read', path);
    });
    if (bytesRead === 0) throw new AssayError('STORE_FILE_CHANGED', { file: path });
    filled += bytesRead;
  }
  return body;
}

async function fingerprint(path: string) {
  try {
    const found = await stat(path, { bigint: true });
    if (!found.isFile())
      throw new AssayError('STORE_FILE_FAILED', { operation: 'store', file: path, problem: 'it is not a plain file' });
    return found;
  } catch (error) {
    throw fileFailure(error, 'read', path);
  }
}
