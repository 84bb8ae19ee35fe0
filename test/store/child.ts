import { text } from 'node:stream/consumers';
import type { ArtifactRef } from '../../contracts/artifacts.ts';
import { AssayError } from '../../contracts/errors.ts';
import { createMinioStore, type MinioStoreOptions } from '../../storage/minio-store.ts';

type Input = Omit<MinioStoreOptions, 'clock'> & { path: string; ref: ArtifactRef };

// The shape is that of outages.test.ts, which starts this process.
const input = JSON.parse(await text(process.stdin)) as Input;
const store = createMinioStore({ ...input, clock: () => new Date() });
const megabytes = (bytes: number, startedAt: number): string =>
  (bytes / 1e6 / ((performance.now() - startedAt) / 1e3)).toFixed(0);

try {
  if (process.argv[2] === 'fetch') await store.fetchFile(input.ref);
  if (process.argv[2] === 'both') {
    const putAt = performance.now();
    const ref = await store.putFile(input.path, 'x/y');
    console.log(`put ${megabytes(ref.bytes, putAt)} MB/s`);
    const getAt = performance.now();
    await store.fetchFile(ref);
    console.log(`get ${megabytes(ref.bytes, getAt)} MB/s`);
  }
} catch (error) {
  if (!(error instanceof AssayError)) throw error;
  console.log(error.code, error.message);
}
console.log(`peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
