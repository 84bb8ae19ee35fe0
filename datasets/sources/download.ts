import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AssayError } from '../../contracts/errors.ts';

const CONNECT_MS = 8_000;
/** How long a failed address is taken as out of reach, so that the digest and the ingest after it see the same world. */
const UNREACHABLE_MS = 10 * 60_000;

/**
 * Path of a local copy of `url`, downloaded once into `dir`; it appears there whole or not at all.
 *
 * @throws AssayError DATA_DOWNLOAD_FAILED when it cannot be had now, or could not within the last ten minutes
 */
export async function download(options: {
  url: string;
  dir: string;
  /** Where a user may put the file by hand. */
  path: string;
  clock: () => Date;
  signal?: AbortSignal | undefined;
  progress?: ((message: string, fraction?: number) => void) | undefined;
}): Promise<string> {
  const { url, dir, path, clock, signal, progress } = options;
  const name = createHash('sha256').update(url).digest('hex').slice(0, 32);
  const target = join(dir, name);
  const marker = `${target}.unreachable`;
  if (await exists(target)) return target;
  const failedAt = Date.parse(await readFile(marker, 'utf8').catch(() => ''));
  if (clock().getTime() - failedAt < UNREACHABLE_MS)
    throw new AssayError('DATA_DOWNLOAD_FAILED', { url, path, reason: 'out of reach a moment ago' });
  if (!url.startsWith('https://'))
    throw new AssayError('DATA_DOWNLOAD_FAILED', { url, path, reason: 'only https addresses are used' });

  await mkdir(dir, { recursive: true });
  const partial = `${target}.partial-${process.pid}`;
  try {
    await fetchTo(url, partial, signal, progress);
    await rename(partial, target);
    await rm(marker, { force: true });
    return target;
  } catch (cause) {
    await rm(partial, { force: true });
    signal?.throwIfAborted();
    await writeFile(marker, clock().toISOString());
    throw new AssayError('DATA_DOWNLOAD_FAILED', { url, path, reason: reasonOf(cause) }, { cause });
  }
}

async function fetchTo(
  url: string,
  out: string,
  signal: AbortSignal | undefined,
  progress: ((message: string, fraction?: number) => void) | undefined,
): Promise<void> {
  const connecting = new AbortController();
  const timer = setTimeout(() => {
    connecting.abort(new Error(`no answer within ${CONNECT_MS / 1000} s`));
  }, CONNECT_MS);
  const signals = signal === undefined ? [connecting.signal] : [connecting.signal, signal];
  try {
    const response = await fetch(url, { signal: AbortSignal.any(signals), headers: { 'accept-encoding': 'identity' } });
    clearTimeout(timer);
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
    const total = Number(response.headers.get('content-length') ?? 0);
    let received = 0;
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        received += chunk.length;
        progress?.('downloading', total > 0 ? received / total : undefined);
        yield chunk;
      }
    };
    await pipeline(Readable.fromWeb(response.body), counted, createWriteStream(out), { signal });
    if (total > 0 && received !== total) throw new Error(`the connection ended after ${received} of ${total} bytes`);
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
