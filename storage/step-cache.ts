import { AssayError } from '../contracts/errors.ts';
import type { Artifacts } from './artifacts.ts';
import { getRecord, putRecord } from './json-objects.ts';
import type { ObjectClient } from './minio-client.ts';
import { cacheEntryKey } from './object-keys.ts';
import { parseCacheEntry } from './records.ts';
import type { Store } from './store.ts';

/** Results of finished steps under their content keys. An entry that cannot be used is no entry. */
export function createStepCache(objects: ObjectClient, { has }: Pick<Artifacts, 'has'>): Store['cache'] {
  return {
    async get(key) {
      try {
        const entry = await getRecord(objects, cacheEntryKey(key), parseCacheEntry);
        if (entry === undefined) return undefined;
        const there = await Promise.all(Object.values(entry.outputs).map((ref) => has(ref)));
        return there.every(Boolean) ? entry : undefined;
      } catch (error) {
        if (error instanceof AssayError && error.code === 'STORE_RECORD_INVALID') return undefined;
        throw error;
      }
    },
    put: (key, entry) => putRecord(objects, cacheEntryKey(key), entry),
    drop: (key) => objects.remove(cacheEntryKey(key)),
  };
}
