import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { Client } from 'minio';
import { AssayError } from '../contracts/errors.ts';
import { storeFailure } from './failures.ts';
import { retrying, type RetryPolicy } from './retry.ts';
import { createTransport, type Timeouts } from './transport.ts';

export type { LifecycleRule } from 'minio';

export interface Connection {
  /** `http://host:port` or `https://host:port`. */
  endpoint: string;
  accessKey: string;
  secretKey: string;
  bucket: string;
  /** MinIO's own default; another S3 service may want its region named. */
  region?: string;
  timeouts?: Timeouts;
  retry?: RetryPolicy;
}

export type ObjectHeaders = Record<string, string>;

/** The little of S3 that the store needs, in one bucket; every failure is an AssayError, and what may pass is retried. */
export interface ObjectClient {
  /** Undefined when there is no such object. */
  size(key: string): Promise<number | undefined>;
  put(key: string, body: Buffer, headers: ObjectHeaders): Promise<void>;
  beginUpload(key: string, headers: ObjectHeaders): Promise<string>;
  /** @returns the part's ETag; parts count from 1 */
  putPart(key: string, uploadId: string, part: number, body: Buffer): Promise<string>;
  finishUpload(key: string, uploadId: string, etags: string[]): Promise<void>;
  abortUpload(key: string, uploadId: string): Promise<void>;
  /** One attempt: whoever reads the stream retries the whole read. */
  open(key: string): Promise<Readable>;
  /** At most `limit` keys, in ascending order. */
  list(prefix: string, limit: number): Promise<string[]>;
  /** Removes the newest version only: what was there stays as an earlier version until it expires. */
  remove(key: string): Promise<void>;
  /** Removes every version of every object below a prefix: the room is free at once. */
  erase(prefix: string): Promise<void>;
  failure(error: unknown, operation: string, key?: string): AssayError;
  readonly retry: RetryPolicy;
  readonly client: Client;
  readonly bucket: string;
}

const TIMEOUTS: Timeouts = { connectMs: 3_000, idleMs: 60_000 };
// 0.2 + 0.4 + 0.8 + 1.6 s: enough for a restart of the server, short enough for a person who waits.
const RETRY: RetryPolicy = { attempts: 5, firstDelayMs: 200 };
const PAGE = 1000;

/** @throws AssayError STORE_ENDPOINT_INVALID; nothing is sent yet */
export function createObjectClient({
  endpoint,
  accessKey,
  secretKey,
  bucket,
  region = 'us-east-1',
  timeouts = TIMEOUTS,
  retry = RETRY,
}: Connection): ObjectClient {
  const client = connect(endpoint, accessKey, secretKey, region, timeouts);
  const failure = (error: unknown, operation: string, key?: string): AssayError =>
    storeFailure(error, { endpoint, bucket, operation, ...(key === undefined ? {} : { key }) });
  const attempt = async <T>(operation: string, key: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw failure(error, operation, key);
    }
  };
  const call = <T>(operation: string, key: string, work: () => Promise<T>): Promise<T> =>
    retrying(retry, undefined, () => attempt(operation, key, work));

  let bucketSeen = false;
  // A HEAD answer has no body, so that it cannot tell a missing bucket from a missing object.
  const expectBucket = async (): Promise<void> => {
    bucketSeen ||= await call('look at the bucket', bucket, () => client.bucketExists(bucket));
    if (!bucketSeen) throw new AssayError('STORE_BUCKET_MISSING', { endpoint, bucket });
  };

  return {
    client,
    bucket,
    retry,
    failure,
    async size(key) {
      try {
        return (await call(`look at ${key}`, key, () => client.statObject(bucket, key))).size;
      } catch (error) {
        if (!(error instanceof AssayError) || error.code !== 'ARTIFACT_NOT_FOUND') throw error;
        await expectBucket();
        return undefined;
      }
    },
    async put(key, body, headers) {
      await call(`write ${key}`, key, () => client.putObject(bucket, key, body, body.length, headers));
    },
    beginUpload: (key, headers) =>
      call(`write ${key}`, key, () => client.initiateNewMultipartUpload(bucket, key, headers)),
    async putPart(key, uploadID, partNumber, body) {
      const part = { bucketName: bucket, objectName: key, uploadID, partNumber, headers: {} };
      return (await call(`write ${key}`, key, () => client.uploadPart(part, body))).etag;
    },
    async finishUpload(key, uploadId, etags) {
      const parts = etags.map((etag, index) => ({ part: index + 1, etag }));
      await call(`write ${key}`, key, () => client.completeMultipartUpload(bucket, key, uploadId, parts));
    },
    abortUpload: (key, uploadId) =>
      attempt(`abandon ${key}`, key, () => client.abortMultipartUpload(bucket, key, uploadId)),
    open: (key) => attempt(`read ${key}`, key, () => client.getObject(bucket, key)),
    async list(prefix, limit) {
      const keys: string[] = [];
      for (let token = ''; keys.length < limit;) {
        const count = Math.min(PAGE, limit - keys.length);
        const page = await call(`list ${prefix}`, prefix, () =>
          client.listObjectsV2Query(bucket, prefix, token, '', count, ''),
        );
        for (const { name } of page.objects) if (name !== undefined) keys.push(name);
        token = page.nextContinuationToken;
        if (!page.isTruncated || token === '') break;
      }
      return keys;
    },
    async remove(key) {
      await call(`remove ${key}`, key, () => client.removeObject(bucket, key));
    },
    async erase(prefix) {
      const versions: { name: string; versionId?: string }[] = [];
      await call(`list ${prefix}`, prefix, async () => {
        versions.length = 0;
        const found: AsyncIterable<{ name?: string; versionId?: string | null }> = client.listObjects(
          bucket,
          prefix,
          true,
          { IncludeVersion: true },
        );
        for await (const { name, versionId } of found)
          if (name !== undefined)
            versions.push(versionId === undefined || versionId === null ? { name } : { name, versionId });
      });
      if (versions.length > 0) await call(`remove ${prefix}`, prefix, () => client.removeObjects(bucket, versions));
    },
  };
}

function connect(endpoint: string, accessKey: string, secretKey: string, region: string, timeouts: Timeouts): Client {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new AssayError('STORE_ENDPOINT_INVALID', { endpoint, problem: 'not an http or https address' });
  if (url.pathname !== '/' || url.search !== '')
    throw new AssayError('STORE_ENDPOINT_INVALID', { endpoint, problem: 'it has a path' });
  const useSSL = url.protocol === 'https:';
  const agentOptions = { keepAlive: true, maxSockets: 32 };
  try {
    return new Client({
      endPoint: url.hostname.replace(/^\[|\]$/g, ''),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      useSSL,
      accessKey,
      secretKey,
      region,
      pathStyle: true,
      transport: createTransport(useSSL, timeouts),
      transportAgent: useSSL ? new https.Agent(agentOptions) : new http.Agent(agentOptions),
      // Its own retries print to the console and hide the answer's code.
      retryOptions: { disableRetry: true },
    });
  } catch (error) {
    throw new AssayError(
      'STORE_ENDPOINT_INVALID',
      { endpoint, problem: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
}
