import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { ErrorCode } from '../../contracts/errors.ts';
import { createMinioStore } from '../../storage/minio-store.ts';
import { failsWith } from '../harness/fails-with.ts';
import { FULL_DISK, startRecordedAnswers, type RecordedAnswer } from '../harness/recorded-answers.ts';

const MET: [RecordedAnswer, ErrorCode, boolean][] = [
  [FULL_DISK, 'STORE_FULL', false],
  [{ status: 400, code: 'XMinioAdminBucketQuotaExceeded', message: 'Bucket quota exceeded' }, 'STORE_FULL', false],
  [
    {
      status: 403,
      code: 'RequestTimeTooSkewed',
      message: 'The difference between the request time and the time of the server is too large.',
    },
    'STORE_CLOCK_SKEWED',
    false,
  ],
  [
    { status: 503, code: 'XMinioServerNotInitialized', message: 'Server not initialized yet, please try again.' },
    'STORE_BUSY',
    true,
  ],
  [
    { status: 500, code: 'InternalError', message: 'We encountered an internal error, please try again.' },
    'STORE_BUSY',
    true,
  ],
  [{ status: 400, code: 'EntityTooLarge', message: 'Your proposed upload is too large.' }, 'STORE_REFUSED', false],
];

for (const [answer, code, retry] of MET)
  it(`calls ${answer.code} of the server ${code}`, async () => {
    const server = await startRecordedAnswers(answer);
    try {
      const store = createMinioStore({
        ...server,
        bucket: 'assay',
        cacheDir: join(tmpdir(), 'assay-never-made'),
        clock: () => new Date(0),
        retry: { attempts: 2, firstDelayMs: 1 },
      });
      await assert.rejects(store.putJson('x'), (error) => {
        failsWith(code)(error);
        assert.ok(error instanceof Error && 'retry' in error);
        assert.equal(error.retry, retry);
        assert.match(error.message, answer.code === 'RequestTimeTooSkewed' ? /clock/ : new RegExp(answer.code));
        return true;
      });
    } finally {
      await server.stop();
    }
  });
