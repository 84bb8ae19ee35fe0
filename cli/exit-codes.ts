import type { ErrorCode } from '../contracts/errors.ts';

/** 0 fine · 1 the run or the check failed · 2 the user's input · 3 a server cannot be reached · 130 interrupted */
export const EXIT = { fine: 0, failed: 1, input: 2, unreachable: 3, interrupted: 130 } as const;

const UNREACHABLE: readonly string[] = [
  'SERVERS_NOT_RUNNING',
  'TEMPORAL_UNREACHABLE',
  'STORE_UNREACHABLE',
  'STORE_TIMEOUT',
] satisfies ErrorCode[];
const INPUT = /^(PIPELINE|CATALOGUE|PARAMETER|YAML|RUN_INPUT|RUN_NOT_FOUND|OPTION|DATASET|MODEL_NOT)/;

export function exitCodeOf(code: string): number {
  if (UNREACHABLE.includes(code)) return EXIT.unreachable;
  return INPUT.test(code) ? EXIT.input : EXIT.failed;
}
