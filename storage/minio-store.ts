import { createArtifacts } from './artifacts.ts';
import { applyBucketRules } from './bucket-rules.ts';
import { createCheckpoints } from './checkpoints.ts';
import { createLocalCache } from './local-cache.ts';
import { createObjectClient, type Connection } from './minio-client.ts';
import { createRuns } from './runs.ts';
import { createStepCache } from './step-cache.ts';
import type { Store } from './store.ts';

export interface MinioStoreOptions extends Connection {
  /** Verified copies of artifacts; may be shared by the processes of one machine. */
  cacheDir: string;
  clock: () => Date;
  cacheLimitBytes?: number;
  /** A copy asked for within this time is never removed. */
  cacheGraceMs?: number;
}

const CACHE_LIMIT_BYTES = 20 * 2 ** 30;
// Longer than a step reads its inputs, shorter than it takes to fill a disk.
const CACHE_GRACE_MS = 6 * 3_600_000;

/**
 * The store over MinIO, or another S3 service. Nothing is sent until the first call.
 * @throws AssayError STORE_ENDPOINT_INVALID
 */
export function createMinioStore(options: MinioStoreOptions): Store {
  const objects = createObjectClient(options);
  const cache = createLocalCache({
    dir: options.cacheDir,
    limitBytes: options.cacheLimitBytes ?? CACHE_LIMIT_BYTES,
    graceMs: options.cacheGraceMs ?? CACHE_GRACE_MS,
    clock: options.clock,
  });
  const artifacts = createArtifacts(objects, cache);
  return {
    ...artifacts,
    putBundle: (dir, signal) => artifacts.putBundle(dir, signal),
    cache: createStepCache(objects, artifacts),
    checkpoints: createCheckpoints(objects, artifacts),
    runs: createRuns(objects),
  };
}

/**
 * Makes the store ready: the bucket there, versioning on, earlier versions and abandoned checkpoints expiring. Safe to repeat.
 * @throws AssayError of the STORE family
 */
export async function ensureBuckets(connection: Connection): Promise<void> {
  await applyBucketRules(createObjectClient(connection));
}
