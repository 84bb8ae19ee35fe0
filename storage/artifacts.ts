import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MEDIA, type ArtifactRef, type Bundle } from '../contracts/artifacts.ts';
import { AssayError } from '../contracts/errors.ts';
import { checkMemberNames, listMembers, placeMembers } from './bundles.ts';
import { canonicalJson, sha256Hex } from './content-key.ts';
import { download } from './download.ts';
import { fileFailure } from './failures.ts';
import { mapLimited } from './map-limited.ts';
import type { LocalCache } from './local-cache.ts';
import type { ObjectClient } from './minio-client.ts';
import { artifactKey } from './object-keys.ts';
import { checkReference, parseBundle } from './records.ts';
import { createSharedWork } from './shared-work.ts';
import type { Store } from './store.ts';
import { headersOf, uploadFile } from './upload.ts';

/** Members of a bundle that move at once. */
const MEMBERS_AT_ONCE = 4;

type KeyOf = (sha256: string) => string;

export type Artifacts = Pick<
  Store,
  'putFile' | 'putBytes' | 'putJson' | 'fetchFile' | 'fetchBytes' | 'fetchJson' | 'fetchBundle' | 'has'
> & {
  /** `keyOf` places the members elsewhere than among the artifacts. */
  putBundle(dir: string, signal?: AbortSignal, keyOf?: KeyOf): Promise<ArtifactRef>;
};

export function createArtifacts(objects: ObjectClient, cache: LocalCache): Artifacts {
  const downloads = createSharedWork<string>();

  const putBody = async (body: Buffer, mediaType: string, keyOf: KeyOf): Promise<ArtifactRef> => {
    const sha256 = sha256Hex(body);
    const ref = { key: keyOf(sha256), sha256, bytes: body.length, mediaType };
    if ((await objects.size(ref.key)) !== ref.bytes) await objects.put(ref.key, body, headersOf(mediaType, sha256));
    return ref;
  };

  const fetchFile = async (given: ArtifactRef, signal?: AbortSignal): Promise<string> => {
    const ref = checkReference(given);
    signal?.throwIfAborted();
    return downloads.join(`${ref.key} ${ref.sha256} ${String(ref.bytes)}`, signal, async (stop) => {
      return (await cache.find(ref.sha256, ref.bytes)) ?? (await download(objects, cache, ref, stop));
    });
  };

  const fetchJson = async (ref: ArtifactRef): Promise<unknown> => {
    const text = await read(await fetchFile(ref));
    try {
      return JSON.parse(text.toString('utf8')) as unknown;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new AssayError('ARTIFACT_INVALID', { key: ref.key, wanted: 'JSON', problem }, { cause: error });
    }
  };

  const members = async (ref: ArtifactRef): Promise<[string, ArtifactRef][]> =>
    Object.entries(parseBundle(ref.key, await fetchJson(ref)).files);

  return {
    async putFile(path, mediaType, signal) {
      return { ...(await uploadFile(objects, path, artifactKey, mediaType, signal)), mediaType };
    },
    putBytes: (bytes, mediaType) => putBody(Buffer.from(bytes), mediaType, artifactKey),
    putJson: (value) => putBody(Buffer.from(canonicalJson(value)), MEDIA.json, artifactKey),
    async putBundle(dir, signal, keyOf = artifactKey) {
      const names = await listMembers(dir);
      checkMemberNames(names);
      const files = await mapLimited(names, MEMBERS_AT_ONCE, async (name): Promise<[string, ArtifactRef]> => {
        const mediaType = memberMediaType(name);
        return [name, { ...(await uploadFile(objects, join(dir, name), keyOf, mediaType, signal)), mediaType }];
      });
      signal?.throwIfAborted();
      const bundle: Bundle = { files: Object.fromEntries(files) };
      return putBody(Buffer.from(canonicalJson(bundle)), MEDIA.bundle, keyOf);
    },
    fetchFile,
    async fetchBytes(ref) {
      return new Uint8Array(await read(await fetchFile(ref)));
    },
    fetchJson,
    async fetchBundle(ref, dir, signal) {
      const files = await members(ref);
      checkMemberNames(files.map(([name]) => name));
      const fetched = await mapLimited(files, MEMBERS_AT_ONCE, async ([name, member]) => ({
        name,
        path: await fetchFile(member, signal),
      }));
      signal?.throwIfAborted();
      await placeMembers(dir, fetched);
    },
    async has(given) {
      const ref = checkReference(given);
      if ((await objects.size(ref.key)) !== ref.bytes) return false;
      if (ref.mediaType !== MEDIA.bundle) return true;
      try {
        const files = await members(ref);
        const sizes = await mapLimited(files, 16, async ([, { key, bytes }]) => (await objects.size(key)) === bytes);
        return sizes.every(Boolean);
      } catch (error) {
        if (error instanceof AssayError && UNUSABLE.has(error.code)) return false;
        throw error;
      }
    },
  };
}

const UNUSABLE = new Set<string>(['ARTIFACT_CORRUPT', 'ARTIFACT_INVALID', 'ARTIFACT_NOT_FOUND']);

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw fileFailure(error, 'read', path);
  }
}

function memberMediaType(name: string): string {
  if (name.endsWith('.json')) return MEDIA.json;
  if (name.endsWith('.parquet')) return MEDIA.parquet;
  if (name.endsWith('.html')) return MEDIA.html;
  return 'application/octet-stream';
}
