import { AssayError, type ErrorCode } from '../contracts/errors.ts';
import { NoAnswerError } from './transport.ts';

/** What was being done, for the message: "could not <operation>". */
export interface Attempt {
  endpoint: string;
  bucket: string;
  operation: string;
  key?: string;
}

const S3_CODES: Record<string, ErrorCode> = {
  NoSuchBucket: 'STORE_BUCKET_MISSING',
  NoSuchKey: 'ARTIFACT_NOT_FOUND',
  NoSuchVersion: 'ARTIFACT_NOT_FOUND',
  NotFound: 'ARTIFACT_NOT_FOUND',
  AccessDenied: 'STORE_ACCESS_DENIED',
  AllAccessDisabled: 'STORE_ACCESS_DENIED',
  InvalidAccessKeyId: 'STORE_ACCESS_DENIED',
  SignatureDoesNotMatch: 'STORE_ACCESS_DENIED',
  RequestTimeTooSkewed: 'STORE_CLOCK_SKEWED',
  XMinioStorageFull: 'STORE_FULL',
  XMinioAdminBucketQuotaExceeded: 'STORE_FULL',
  QuotaExceeded: 'STORE_FULL',
  InternalError: 'STORE_BUSY',
  RequestTimeout: 'STORE_BUSY',
  ServiceUnavailable: 'STORE_BUSY',
  SlowDown: 'STORE_BUSY',
  SlowDownRead: 'STORE_BUSY',
  SlowDownWrite: 'STORE_BUSY',
  XMinioServerNotInitialized: 'STORE_BUSY',
};

const NETWORK_CODES = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

// EFBIG is a file-size limit (`ulimit -f`), EDQUOT a quota: to the reader the disk is full.
const DISK_FULL_CODES = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The AssayError that stands for what minio-js or the network threw; an AssayError is returned as it is. */
export function storeFailure(error: unknown, attempt: Attempt): AssayError {
  if (error instanceof AssayError) return error;
  const problem = describe(error);
  const code = codeOf(error);
  const facts = { ...attempt, problem, reason: code };
  if (code === 'ETIMEDOUT') {
    const seconds = error instanceof NoAnswerError ? error.waitedMs / 1000 : 'time';
    return new AssayError('STORE_TIMEOUT', { ...facts, seconds }, { cause: error });
  }
  if (NETWORK_CODES.has(code)) return new AssayError('STORE_UNREACHABLE', facts, { cause: error });
  const known = S3_CODES[code];
  if (known !== undefined) return new AssayError(known, facts, { cause: error });
  // minio-js hides the body of a 5xx answer behind this text.
  if (problem.includes('Retryable HTTP status')) return new AssayError('STORE_BUSY', facts, { cause: error });
  return new AssayError('STORE_REFUSED', facts, { cause: error });
}

/** The AssayError that stands for a failure of this machine's own disk. */
export function fileFailure(error: unknown, operation: string, file: string): AssayError {
  if (error instanceof AssayError) return error;
  const code = DISK_FULL_CODES.has(codeOf(error)) ? 'STORE_DISK_FULL' : 'STORE_FILE_FAILED';
  return new AssayError(code, { operation, file, problem: describe(error) }, { cause: error });
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  if (message === '') return code === '' ? 'no reason given' : code;
  return code === '' || message.includes(code) ? message : `${code}: ${message}`;
}
