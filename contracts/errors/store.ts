import type { ErrorKind } from '../errors.ts';

/** What can go wrong between a step and the object store. */
export const STORE_ERRORS = {
  STORE_ENDPOINT_INVALID: {
    message: 'the address of the object store, "{endpoint}", is not usable: {problem}',
    remedy: 'Give it as http://host:port or https://host:port (ASSAY_STORE_ENDPOINT).',
    retry: false,
  },
  STORE_UNREACHABLE: {
    message: 'no connection to the object store at {endpoint} while trying to {operation}: {problem}',
    remedy: 'Start it with `npx assay up`, or see `npx assay doctor`; the step is tried again by itself.',
    retry: true,
  },
  STORE_TIMEOUT: {
    message: 'the object store at {endpoint} did not answer in {seconds} s while trying to {operation}',
    remedy: 'See whether it is overloaded or its disk hangs (`npx assay doctor`); the step is tried again by itself.',
    retry: true,
  },
  STORE_BUSY: {
    message: 'the object store at {endpoint} could not {operation} now: {problem}',
    remedy: 'The step is tried again by itself. If it stays so, see the log of MinIO (`npx assay logs minio`).',
    retry: true,
  },
  STORE_BUCKET_MISSING: {
    message: 'the object store at {endpoint} has no bucket "{bucket}"',
    remedy: 'Create it, or let `npx assay up` do so; ASSAY_STORE_BUCKET names another.',
    retry: false,
  },
  STORE_ACCESS_DENIED: {
    message: 'the object store at {endpoint} refuses to {operation} in bucket "{bucket}": {problem}',
    remedy:
      'Check the access key and the secret key (ASSAY_STORE_ACCESS_KEY, ASSAY_STORE_SECRET_KEY), and what they are allowed to do in this bucket.',
    retry: false,
  },
  STORE_CLOCK_SKEWED: {
    message: 'the object store at {endpoint} refuses requests because its clock and that of this machine differ',
    remedy: 'Set the clock of this machine, or of the store (chrony, ntpd, `timedatectl`), then run again.',
    retry: false,
  },
  STORE_FULL: {
    message: 'the object store at {endpoint} has no room left: it could not {operation} ({problem})',
    remedy:
      'Free space on the disk of MinIO or raise the quota of bucket "{bucket}", then run again: finished steps are not repeated. `npx assay doctor` shows disk use.',
    retry: false,
  },
  STORE_DISK_FULL: {
    message: 'no room left on this machine to write {file} ({problem})',
    remedy: 'Free space there (`npx assay doctor` shows disk use), then run again: finished steps are not repeated.',
    retry: false,
  },
  STORE_FILE_FAILED: {
    message: 'cannot {operation} {file}: {problem}',
    remedy: 'Check that the file is there and that its folder belongs to the user who runs Assay.',
    retry: false,
  },
  STORE_FILE_CHANGED: {
    message: '{file} changed while it was being stored',
    remedy: 'Let whatever writes the file finish first, then run the step again.',
    retry: true,
  },
  STORE_REFUSED: {
    message: 'the object store at {endpoint} refused to {operation}: {problem}',
    remedy: 'See the log of the store (`npx assay logs minio`); if the address is right, report this with the message.',
    retry: false,
  },
  STORE_RECORD_INVALID: {
    message: 'the record {key} in the store cannot be read: {problem}',
    remedy:
      'It was written by something else, or by another version of Assay: remove it or restore an earlier version.',
    retry: false,
  },
  ARTIFACT_NOT_FOUND: {
    message: 'artifact {key} is not in the store',
    remedy: 'Run the pipeline again: the step that makes it is computed anew.',
    retry: false,
  },
  ARTIFACT_CORRUPT: {
    message: 'artifact {key} is corrupt: its reference says {expected}, the store holds {actual}',
    remedy:
      'Run the pipeline again: the step that makes it is computed anew. Check the disk of the store (`npx assay doctor`); the bad bytes stay as an earlier version of the object for some days.',
    retry: false,
  },
  ARTIFACT_INVALID: {
    message: 'artifact {key} is whole, but it is not {wanted}: {problem}',
    remedy: 'A reference to another kind of artifact was given here: check which output feeds this input.',
    retry: false,
  },
  ARTIFACT_REFERENCE_INVALID: {
    message: 'this is not a reference to an artifact: {problem}',
    remedy: 'Give an artifact as {"key", "sha256", "bytes", "mediaType"}, as `npx assay status --json` prints it.',
    retry: false,
  },
  BUNDLE_MEMBER_REFUSED: {
    message: 'a bundle may not have the member {name}: {problem}',
    remedy: 'Members are plain files below the bundle’s folder, with relative names; nothing was written.',
    retry: false,
  },
} as const satisfies Record<string, ErrorKind>;
