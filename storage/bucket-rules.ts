import { AssayError } from '../contracts/errors.ts';
import type { LifecycleRule, ObjectClient } from './minio-client.ts';
import { retrying } from './retry.ts';

/** How long what was replaced or removed can be brought back. */
const EARLIER_VERSIONS_DAYS = 7;
/** A checkpoint is cleared when its step is done; this catches those of steps that nobody went on with. */
const CHECKPOINT_DAYS = 30;

const RULES: LifecycleRule[] = [
  {
    ID: 'assay-earlier-versions',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    NoncurrentVersionExpiration: { NoncurrentDays: EARLIER_VERSIONS_DAYS },
    // MinIO drops this part of a rule, and abandons such uploads by itself after a day.
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  },
  {
    ID: 'assay-checkpoints',
    Status: 'Enabled',
    Filter: { Prefix: 'checkpoints/' },
    Expiration: { Days: CHECKPOINT_DAYS },
  },
];

/**
 * Makes the bucket if it is missing and allowed, turns versioning on, and adds our lifecycle rules to those that it has.
 * What is right already is left alone, so that a key that may only read and write objects suffices from then on.
 * @throws AssayError of the STORE family
 */
export async function applyBucketRules({ client, bucket, failure, retry }: ObjectClient): Promise<void> {
  const attempt = <T>(operation: string, work: () => Promise<T>): Promise<T> =>
    retrying(retry, undefined, async () => {
      try {
        return await work();
      } catch (error) {
        throw failure(error, operation);
      }
    });
  if (!(await attempt('look at the bucket', () => client.bucketExists(bucket))))
    await attempt('create the bucket', () => client.makeBucket(bucket)).catch((error: unknown) => {
      if (!isTaken(error)) throw error;
    });
  const { Status: versioning } = await attempt('read the versioning of the bucket', () =>
    client.getBucketVersioning(bucket),
  );
  if (versioning !== 'Enabled')
    await attempt('turn on versioning', () => client.setBucketVersioning(bucket, { Status: 'Enabled' }));
  const present = await attempt('read the rules of the bucket', () => rulesOf({ client, bucket }));
  const missing = RULES.filter(({ ID }) => !present.some((rule) => rule.ID === ID));
  if (missing.length > 0)
    await attempt('write the rules of the bucket', () =>
      client.setBucketLifecycle(bucket, { Rule: [...present, ...missing] }),
    );
}

async function rulesOf({ client, bucket }: Pick<ObjectClient, 'client' | 'bucket'>) {
  try {
    const rules: unknown = (await client.getBucketLifecycle(bucket))?.Rule ?? [];
    return Array.isArray(rules) ? (rules as LifecycleRule[]) : [rules as LifecycleRule];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'NoSuchLifecycleConfiguration') return [];
    throw error;
  }
}

/** Two workers that start together both find the bucket missing. */
function isTaken(error: unknown): boolean {
  return (
    error instanceof AssayError &&
    ['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'].includes(String(error.facts['reason']))
  );
}
