import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { ArtifactRef } from '../contracts/artifacts.ts';
import { AssayError } from '../contracts/errors.ts';
import { fileFailure } from './failures.ts';
import type { LocalCache } from './local-cache.ts';
import type { ObjectClient } from './minio-client.ts';
import { retrying } from './retry.ts';

/**
 * Reads an object into the local cache, hashing as it comes; only bytes that match the reference become visible.
 * @returns the path of the read-only copy
 * @throws AssayError ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT (the bad object is removed, so that its producer can store it
 *   anew; its bytes stay as an earlier version), STORE_DISK_FULL, or another of the store
 */
export async function download(
  objects: ObjectClient,
  cache: LocalCache,
  ref: ArtifactRef,
  signal?: AbortSignal,
): Promise<string> {
  const tries: Tries = { broken: 0, brokenLast: false };
  const once = (): Promise<string> =>
    retrying(objects.retry, signal, () => attempt(objects, cache, ref, tries, signal)).catch((error: unknown) =>
      asUnreadable(objects, ref, tries, error),
    );
  try {
    // Wrong bytes get a second look: the fault may have been on the way, and what is removed has to be computed again.
    return await once().catch((error: unknown) => {
      if (isCorrupt(error) && !tries.brokenLast) return once();
      throw error;
    });
  } catch (error) {
    if (isCorrupt(error)) await objects.remove(ref.key).catch(() => undefined);
    throw error;
  }
}

const isCorrupt = (error: unknown): boolean => error instanceof AssayError && error.code === 'ARTIFACT_CORRUPT';

/** How often the store began to answer and then could not go on. */
interface Tries {
  broken: number;
  brokenLast: boolean;
}

/**
 * MinIO checks its own disk while it reads. Finding damage it breaks the connection off, or answers SlowDownRead, each time
 * anew, while it still knows the object: then it is corrupt, and not the connection at fault.
 */
async function asUnreadable(objects: ObjectClient, ref: ArtifactRef, tries: Tries, error: unknown): Promise<never> {
  if (tries.broken < 2 || !tries.brokenLast) throw error;
  const bytes = await objects.size(ref.key).catch(() => undefined);
  if (bytes === undefined) throw error;
  const expected = sized(ref.bytes, ref.sha256);
  const actual = `${String(bytes)} bytes that it cannot read`;
  throw new AssayError('ARTIFACT_CORRUPT', { key: ref.key, expected, actual }, { cause: error });
}

async function attempt(
  objects: ObjectClient,
  cache: LocalCache,
  ref: ArtifactRef,
  tries: Tries,
  signal?: AbortSignal,
): Promise<string> {
  const temporary = await cache.temporary();
  try {
    tries.brokenLast = false;
    const body = await objects.open(ref.key).catch((error: unknown) => {
      if (error instanceof AssayError && error.facts['reason'] === 'SlowDownRead') broke(tries);
      throw error;
    });
    signal?.throwIfAborted();
    const hash = createHash('sha256');
    let bytes = 0;
    const file = await open(temporary, 'wx', 0o600).catch((error: unknown) => {
      body.destroy();
      throw fileFailure(error, 'write', temporary);
    });
    const abort = (): void => void body.destroy(new Error('cancelled'));
    signal?.addEventListener('abort', abort, { once: true });
    try {
      for await (const chunk of body.iterator() as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        // Longer than it should be: corrupt already, and no reason to fill the disk.
        if (bytes > ref.bytes) break;
        hash.update(chunk);
        await file.appendFile(chunk).catch((error: unknown) => {
          throw fileFailure(error, 'write', temporary);
        });
      }
      await file.sync().catch((error: unknown) => {
        throw fileFailure(error, 'write', temporary);
      });
    } catch (error) {
      signal?.throwIfAborted();
      const failure = objects.failure(error, `read ${ref.key}`, ref.key);
      if (failure.code === 'STORE_UNREACHABLE') broke(tries);
      throw failure;
    } finally {
      signal?.removeEventListener('abort', abort);
      body.destroy();
      await file.close();
    }
    verify(ref, bytes, hash.digest('hex'));
    return await cache.adopt(temporary, ref.sha256);
  } catch (error) {
    await cache.discard(temporary);
    throw error;
  }
}

function broke(tries: Tries): void {
  tries.broken += 1;
  tries.brokenLast = true;
}

function verify({ key, sha256, bytes: wanted }: ArtifactRef, bytes: number, digest: string): void {
  if (bytes === wanted && digest === sha256) return;
  const actual = bytes > wanted ? `more than ${String(wanted)} bytes` : sized(bytes, digest);
  throw new AssayError('ARTIFACT_CORRUPT', { key, expected: sized(wanted, sha256), actual });
}

const sized = (bytes: number, sha256: string): string => `${String(bytes)} bytes with SHA-256 ${sha256}`;
