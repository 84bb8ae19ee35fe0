import type { CheckRule } from '../data.ts';
import { DIMENSIONS } from '../data.ts';
import type { StepDescriptor } from '../step.ts';

export interface CheckConfig {
  rules: CheckRule[];
}

const column = { type: 'string' } as const;
const columns = { type: 'array', items: { type: 'string' }, minItems: 1 } as const;
const number = { type: 'number' } as const;

function rule(type: CheckRule['type'], required: string[], properties: Record<string, unknown>) {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['id', 'type', 'dimension', ...required],
    properties: {
      id: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*$' },
      type: { const: type },
      dimension: { enum: DIMENSIONS },
      description: { type: 'string' },
      severity: { enum: ['error', 'warning'], default: 'error' },
      where: { type: 'string', description: 'SQL condition over one row; only these rows are looked at.' },
      ...properties,
    },
  };
}

/** Shared with editors: one alternative a rule type, chosen by `type`. */
export const CHECK_RULE_SCHEMA = {
  type: 'object',
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf: [
    rule('not-missing', ['column'], { column }),
    rule('unique', ['columns'], { columns }),
    rule('in-set', ['column', 'values'], { column, values: { type: 'array', items: { type: 'string' }, minItems: 1 } }),
    rule('in-range', ['column'], { column, minimum: number, maximum: number }),
    rule('matches', ['column', 'pattern'], { column, pattern: { type: 'string' } }),
    rule('length', ['column'], { column, minimum: number, maximum: number }),
    rule('expression', ['expression'], {
      expression: { type: 'string', description: 'SQL condition that a good row fulfils.' },
    }),
    rule('functional-dependency', ['determinant', 'dependent'], { determinant: column, dependent: column }),
  ],
} as const;

/** Measures declared rules and keeps the rows that break them. */
export const check = {
  kind: 'check',
  version: 1,
  title: 'Check',
  description:
    'Evaluates declared rules of completeness, accuracy, consistency, uniqueness and validity; failed rows are kept.',
  queue: 'cpu',
  timeouts: { startToCloseMs: 15 * 60_000, heartbeatMs: 30_000 },
  attempts: 3,
  tensors: false,
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['rules'],
    properties: { rules: { type: 'array', minItems: 1, items: CHECK_RULE_SCHEMA } },
  },
  inputs: { table: { type: 'table', description: 'Any table.' } },
  outputs: {
    checks: { type: 'checks', description: 'Scores by rule and dimension.', final: true },
    failures: { type: 'failed-rows', description: 'Rule, row id, column and value of every failure.', final: true },
  },
} as const satisfies StepDescriptor;
