import type { StepDescriptor } from '../step.ts';

export interface ProfileConfig {
  topValues: number;
  /** Columns whose top values are shown; free text is suppressed otherwise. */
  showValuesOf?: string[];
}

/** Describes every column. */
export const profile = {
  kind: 'profile',
  version: 1,
  title: 'Profile',
  description: 'Per column: type, missing, distinct, range, lengths, top values; and the correlations that matter.',
  queue: 'cpu',
  timeouts: { startToCloseMs: 15 * 60_000, heartbeatMs: 30_000 },
  attempts: 3,
  tensors: false,
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      topValues: { type: 'integer', minimum: 0, maximum: 100, default: 10 },
      showValuesOf: { type: 'array', items: { type: 'string' } },
    },
  },
  inputs: { table: { type: 'table', description: 'Any table.' } },
  outputs: { profile: { type: 'profile', description: 'The profile as JSON.', final: true } },
} as const satisfies StepDescriptor;
