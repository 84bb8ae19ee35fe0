import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, posix } from 'node:path';
import type { DatasetEntry, Metadata } from '../../contracts/data.ts';
import { AssayError } from '../../contracts/errors.ts';
import { download } from './download.ts';
import { locate } from './locate.ts';
import { unpack } from './unpack.ts';

/** Where data may come from on this machine. */
export interface Sources {
  /** `$ASSAY_DATA`, or null. */
  dataDir: string | null;
  projectRoot: string;
  downloadDir: string;
}

/** One file of a data set, on this machine, its digest verified. */
export interface SourceFile {
  path: string;
  /** What users call it: the path in the catalogue, or the address. Never absolute. */
  name: string;
  member?: string;
  /** Value of the added column `part`, in data sets of several files. */
  part?: string;
  origin: 'local' | 'public';
  /** Of the decompressed bytes. */
  sha256: string;
  bytes: number;
  compression: Metadata['compression'];
  updatedAt: string | null;
}

export interface ResolveOptions {
  entry: DatasetEntry;
  sources: Sources;
  clock: () => Date;
  signal?: AbortSignal | undefined;
  progress?: ((message: string, fraction?: number) => void) | undefined;
}

/**
 * Finds the files of a data set: in the data folder, in the project, at its public addresses. Answers `generated` where the entry
 * allows it and no file is to be had.
 *
 * @throws AssayError DATA_FILE_NOT_FOUND, DATA_DIGEST_MISMATCH, DATA_COMPRESSION, DATA_ZIP_MEMBER, DATA_PATH_OUTSIDE, DATA_DOWNLOAD_FAILED
 */
export async function resolveSource(options: ResolveOptions): Promise<SourceFile[] | 'generated'> {
  const { entry } = options;
  if (entry.files !== undefined) {
    const found: SourceFile[] = [];
    for (const { path, part, sha256 } of entry.files) {
      const local = await findLocal(options, pathOf(entry.path, path), sha256);
      if ('tried' in local) return missing(options, local.tried);
      found.push({ ...local, part });
    }
    return found;
  }
  const local = await findLocal(options, entry.path, entry.sha256);
  if (!('tried' in local)) return [local];
  const tried = [...local.tried];
  let failure: AssayError | undefined;
  for (const { url, member } of entry.addresses ?? []) {
    try {
      return [await fetchPublic(options, url, member)];
    } catch (error) {
      if (!(error instanceof AssayError) || error.code !== 'DATA_DOWNLOAD_FAILED') throw error;
      failure = error;
      tried.push(error.message);
    }
  }
  if (failure !== undefined && entry.fallback === undefined) throw failure;
  return missing(options, tried);
}

/** `files` are written relative to the entry's folder, or with that folder already in front. */
function pathOf(folder: string, path: string): string {
  return path.startsWith(`${posix.normalize(folder)}/`) ? path : posix.join(folder, path);
}

function missing({ entry }: ResolveOptions, tried: string[]): 'generated' {
  if (entry.fallback !== undefined) return 'generated';
  throw new AssayError('DATA_FILE_NOT_FOUND', { dataset: entry.name, path: entry.path, tried });
}

async function findLocal(
  { entry, sources, signal }: ResolveOptions,
  path: string,
  sha256: string | undefined,
): Promise<SourceFile | { tried: string[] }> {
  const roots = [
    ...(sources.dataDir === null ? [] : [{ name: '$ASSAY_DATA', dir: sources.dataDir }]),
    { name: 'project', dir: sources.projectRoot },
  ];
  const located = await locate(path, roots, entry.name);
  if (located.path === null) return { tried: located.tried };
  const { mtime } = await stat(located.path);
  const name = basename(located.path);
  const digest = await digestOf(located.path, name, undefined, sha256, signal);
  return { path: located.path, name, origin: 'local', ...digest, updatedAt: mtime.toISOString() };
}

async function fetchPublic(
  { entry, sources, clock, signal, progress }: ResolveOptions,
  url: string,
  member: string | undefined,
): Promise<SourceFile> {
  const path = await download({ url, dir: sources.downloadDir, path: entry.path, clock, signal, progress });
  const digest = await digestOf(path, url, member, entry.sha256, signal);
  return { path, name: url, ...(member === undefined ? {} : { member }), origin: 'public', ...digest, updatedAt: null };
}

async function digestOf(
  path: string,
  file: string,
  member: string | undefined,
  expected: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Pick<SourceFile, 'sha256' | 'bytes' | 'compression'>> {
  const { chunks, compression } = await unpack(path, file, member);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    hash.update(chunk);
    bytes += chunk.length;
  }
  const sha256 = hash.digest('hex');
  if (expected !== undefined && expected.toLowerCase() !== sha256)
    throw new AssayError('DATA_DIGEST_MISMATCH', { file, expected, actual: sha256 });
  return { sha256, bytes, compression };
}
