import type { CleanRule } from '../data.ts';
import type { StepDescriptor } from '../step.ts';

export interface CleanConfig {
  rules: CleanRule[];
  /** Columns that no rule may change in test rows (the label). */
  protect: string[];
}

const column = { type: 'string' } as const;
const columns = { type: 'array', items: { type: 'string' }, minItems: 1 } as const;
const number = { type: 'number' } as const;

function rule(type: CleanRule['type'], required: string[], properties: Record<string, unknown>) {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['id', 'type', ...required],
    properties: {
      id: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*$' },
      type: { const: type },
      description: { type: 'string' },
      ...properties,
    },
  };
}

export const CLEAN_RULE_SCHEMA = {
  type: 'object',
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf: [
    rule('trim', ['columns'], { columns }),
    rule('collapse-space', ['columns'], { columns }),
    rule('unicode-normalise', ['columns'], { columns }),
    rule('unescape-html', ['columns'], { columns }),
    rule('blank-to-missing', ['columns'], { columns }),
    rule('map-values', ['column', 'mapping'], {
      column,
      mapping: { type: 'object', additionalProperties: { type: 'string' }, minProperties: 1 },
    }),
    rule('fill-missing', ['column'], {
      column,
      value: { type: 'string' },
      strategy: { enum: ['mode', 'median'], description: 'Learnt on the training rows alone.' },
      within: { type: 'string', description: 'Learn one value per value of this column.' },
    }),
    rule('clip', ['column'], { column, minimum: number, maximum: number }),
    rule('set-missing', ['column', 'where'], { column, where: { type: 'string' } }),
    rule('quarantine', ['where', 'reason'], { where: { type: 'string' }, reason: { type: 'string' } }),
    rule('drop-duplicates', ['columns'], { columns }),
  ],
} as const;

/** Applies declared repairs and writes every change down. */
export const clean = {
  kind: 'clean',
  version: 1,
  title: 'Clean',
  description:
    'Declared repairs in order; every change in an audit table; rows are put in quarantine, never lost; learnt from train alone.',
  queue: 'cpu',
  timeouts: { startToCloseMs: 15 * 60_000, heartbeatMs: 30_000 },
  attempts: 3,
  tensors: false,
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['rules'],
    properties: {
      rules: { type: 'array', minItems: 1, items: CLEAN_RULE_SCHEMA },
      protect: {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description: 'Columns (the label) that no rule may change in the test part.',
      },
    },
  },
  inputs: {
    table: { type: 'table', description: 'The table to mend.' },
    parts: { type: 'parts-rows', description: 'The split: what may be learnt from.' },
  },
  outputs: {
    table: { type: 'table', description: 'The mended table.' },
    audit: { type: 'audit-rows', description: 'Every change: rule, row, column, before, after.', final: true },
    quarantine: { type: 'quarantine-rows', description: 'Rows set aside, with the rule and reason.', final: true },
    cleaning: { type: 'cleaning', description: 'Counts by rule.', final: true },
  },
} as const satisfies StepDescriptor;
