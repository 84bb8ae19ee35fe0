import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, stat, unlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileFailure } from './failures.ts';

export interface LocalCacheOptions {
  dir: string;
  /** Beyond it the copies that were longest not asked for are removed. */
  limitBytes: number;
  /** A copy asked for more recently than this, by any process, is never removed: somebody may be about to read it. */
  graceMs: number;
  clock: () => Date;
}

/** Verified copies of artifacts on this machine, shared by its processes. */
export interface LocalCache {
  /** A path for one download. Never read by anyone until adopted. */
  temporary(): Promise<string>;
  /** Makes a verified temporary file the read-only copy of its digest; returns where it is. */
  adopt(temporary: string, sha256: string): Promise<string>;
  /** The copy of a digest, if there is one and it still holds those bytes; a damaged one is removed. */
  find(sha256: string, bytes: number): Promise<string | undefined>;
  discard(temporary: string): Promise<void>;
}

interface Stamp {
  ino: number;
  size: number;
  mtimeMs: number;
}

const STALE_TEMPORARY_MS = 24 * 3_600_000;

export function createLocalCache({ dir, limitBytes, graceMs, clock }: LocalCacheOptions): LocalCache {
  const files = join(dir, 'sha256');
  const temporaries = join(dir, 'partial');
  // What this process has hashed itself. Any change of the file's bytes shows in one of the three.
  const verified = new Map<string, Stamp>();
  const pathOf = (sha256: string): string => join(files, sha256.slice(0, 2), sha256);
  let addedBytes = Number.POSITIVE_INFINITY;
  let pruning: Promise<void> | undefined;

  const touch = async (path: string, mtime: Date): Promise<void> => {
    // The access time is the time of last use; the time of modification must stay what it was when the bytes were verified.
    await utimes(path, clock(), mtime).catch(() => undefined);
  };

  return {
    async temporary() {
      try {
        await mkdir(temporaries, { recursive: true });
      } catch (error) {
        throw fileFailure(error, 'create', temporaries);
      }
      return join(temporaries, `${String(process.pid)}-${randomUUID()}`);
    },
    async adopt(temporary, sha256) {
      const path = pathOf(sha256);
      try {
        await mkdir(dirname(path), { recursive: true });
        await chmod(temporary, 0o444);
        await rename(temporary, path);
        const found = await stat(path);
        await touch(path, found.mtime);
        verified.set(path, stampOf(found));
        addedBytes += found.size;
      } catch (error) {
        throw fileFailure(error, 'write', path);
      }
      if (addedBytes > limitBytes / 20) {
        addedBytes = 0;
        pruning ??= prune(files, temporaries, limitBytes, clock().getTime() - graceMs, clock().getTime()).finally(
          () => {
            pruning = undefined;
          },
        );
        await pruning;
      }
      return path;
    },
    async find(sha256, bytes) {
      const path = pathOf(sha256);
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) return undefined;
      const stamp = stampOf(found);
      const known = verified.get(path);
      const trusted =
        known?.ino === stamp.ino &&
        known.size === stamp.size &&
        known.mtimeMs === stamp.mtimeMs &&
        stamp.size === bytes;
      if (!trusted) {
        verified.delete(path);
        if (found.size !== bytes || (await hashFile(path)) !== sha256) {
          await unlink(path).catch(() => undefined);
          return undefined;
        }
        verified.set(path, stamp);
      }
      await touch(path, found.mtime);
      return path;
    },
    async discard(temporary) {
      await rm(temporary, { force: true });
    },
  };
}

/** Lower-case hexadecimal SHA-256 of a file, streamed. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw fileFailure(error, 'read', path);
  }
  return hash.digest('hex');
}

/** In whole milliseconds, since touching a file rounds its time of modification to them. */
function stampOf({ ino, size, mtimeMs }: Stamp): Stamp {
  return { ino, size, mtimeMs: Math.round(mtimeMs) };
}

async function prune(
  files: string,
  temporaries: string,
  limitBytes: number,
  before: number,
  now: number,
): Promise<void> {
  for (const { path, atimeMs } of await filesBelow(temporaries))
    if (now - atimeMs > STALE_TEMPORARY_MS) await unlink(path).catch(() => undefined);
  const copies = await filesBelow(files);
  let total = copies.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size, atimeMs } of copies.sort((a, b) => a.atimeMs - b.atimeMs)) {
    if (total <= limitBytes || atimeMs > before) break;
    await unlink(path).catch(() => undefined);
    total -= size;
  }
}

async function filesBelow(dir: string): Promise<{ path: string; size: number; atimeMs: number }[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const found = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const { size, atimeMs } = await stat(path);
      return { path, size, atimeMs };
    });
  // Another process may remove one meanwhile.
  return (await Promise.allSettled(found)).flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
