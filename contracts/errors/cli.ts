import type { ErrorKind } from '../errors.ts';

/** What can go wrong between the command line and the servers. */
export const CLI_ERRORS = {
  SERVERS_NOT_RUNNING: {
    message: 'the servers are not running here',
    remedy: 'Start them: npx assay up (or set ASSAY_TEMPORAL_ADDRESS and ASSAY_STORE_* for servers elsewhere).',
    retry: false,
  },
  TEMPORAL_UNREACHABLE: {
    message: 'Temporal does not answer at {address}',
    remedy: 'Start it: npx assay up, or see npx assay doctor.',
    retry: true,
  },
  RUN_NOT_FOUND: { message: 'there is no run "{run}"', remedy: 'See the recent ones: npx assay status', retry: false },
  REPORT_NOT_FOUND: {
    message: 'run "{run}" made no report',
    remedy: 'See how it ended: npx assay status {run}',
    retry: false,
  },
  OPTION_INVALID: { message: '{option}: {what}', remedy: 'See --help.', retry: false },
} as const satisfies Record<string, ErrorKind>;
