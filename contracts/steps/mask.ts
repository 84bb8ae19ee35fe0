import { PII_TYPES, type PiiType } from '../data.ts';
import type { StepDescriptor } from '../step.ts';

export interface MaskConfig {
  columns: string[];
  types: PiiType[];
}

/** Replaces personal data in text before anything trains on it. */
export const mask = {
  kind: 'mask',
  version: 1,
  title: 'Mask',
  description:
    'Finds e-mail addresses, telephone, card and identity numbers (check digits verified) in text and replaces them.',
  queue: 'cpu',
  timeouts: { startToCloseMs: 15 * 60_000, heartbeatMs: 30_000 },
  attempts: 3,
  tensors: false,
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['columns'],
    properties: {
      columns: { type: 'array', items: { type: 'string' }, minItems: 1, description: 'Text columns to search.' },
      types: { type: 'array', items: { enum: PII_TYPES }, default: [...PII_TYPES] },
    },
  },
  inputs: { table: { type: 'table', description: 'A table with text.' } },
  outputs: {
    table: { type: 'table', description: 'The table with placeholders such as [EMAIL].' },
    masks: {
      type: 'mask-rows',
      description: 'Row, column, type and place of every replacement; never the value.',
      final: true,
    },
    masking: { type: 'masking', description: 'Counts by column and type.', final: true },
  },
} as const satisfies StepDescriptor;
