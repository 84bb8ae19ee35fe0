import { MEDIA } from '../contracts/artifacts.ts';
import { AssayError } from '../contracts/errors.ts';
import { canonicalJson, sha256Hex } from './content-key.ts';
import type { ObjectClient } from './minio-client.ts';
import { parseRecord } from './records.ts';
import { retrying } from './retry.ts';
import { headersOf } from './upload.ts';

const MAX_RECORD_BYTES = 64 << 20;

/** Small records under names of our own choosing, not under their digest: cache entries, manifests. */
export async function putRecord(objects: ObjectClient, key: string, value: unknown): Promise<void> {
  const body = Buffer.from(canonicalJson(value));
  await objects.put(key, body, headersOf(MEDIA.json, sha256Hex(body)));
}

/** Undefined when there is none. @throws AssayError STORE_RECORD_INVALID */
export async function getRecord<T>(
  objects: ObjectClient,
  key: string,
  parse: (value: unknown) => T,
): Promise<T | undefined> {
  let text: string;
  try {
    text = await retrying(objects.retry, undefined, () => readText(objects, key));
  } catch (error) {
    if (error instanceof AssayError && error.code === 'ARTIFACT_NOT_FOUND') return undefined;
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AssayError('STORE_RECORD_INVALID', { key, problem: 'it is not JSON' }, { cause: error });
  }
  return parseRecord(key, value, parse);
}

async function readText(objects: ObjectClient, key: string): Promise<string> {
  const body = await objects.open(key);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body.iterator() as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_RECORD_BYTES) throw new AssayError('STORE_RECORD_INVALID', { key, problem: 'it is too large' });
      chunks.push(chunk);
    }
  } catch (error) {
    throw objects.failure(error, `read ${key}`, key);
  }
  return Buffer.concat(chunks).toString('utf8');
}
