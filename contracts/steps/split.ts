import type { StepDescriptor } from '../step.ts';
import { TASK_SCHEMA, type TextClassificationTask } from '../task.ts';

export interface SplitConfig {
  task: TextClassificationTask;
  seed: number;
  fractions: { train: number; dev: number; test: number };
  limits: { train?: number; dev?: number; test?: number };
  /** Rows equal in these columns stay in one part; default: the task's text columns. */
  duplicatesOn?: string[];
  /** A column that already names the part of each row. */
  partColumn?: string;
}

const count = { type: 'integer', minimum: 1 } as const;
const share = { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 } as const;

/** Decides, before anything is learnt, which raw rows train, tune and test. */
export const split = {
  kind: 'split',
  version: 1,
  title: 'Split',
  description:
    'Assigns raw row ids to train, dev and test: stratified by class, duplicates never across parts, seeded.',
  queue: 'cpu',
  timeouts: { startToCloseMs: 10 * 60_000, heartbeatMs: 30_000 },
  attempts: 3,
  tensors: false,
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['task'],
    properties: {
      task: TASK_SCHEMA,
      seed: { type: 'integer', default: 7 },
      fractions: {
        type: 'object',
        description: 'Shares of the rows; they add up to 1.',
        additionalProperties: false,
        required: ['train', 'dev', 'test'],
        default: { train: 0.7, dev: 0.1, test: 0.2 },
        properties: { train: share, dev: share, test: share },
      },
      limits: {
        type: 'object',
        description: 'At most this many rows a part, stratified; the rest is marked unused.',
        additionalProperties: false,
        default: {},
        properties: { train: count, dev: count, test: count },
      },
      duplicatesOn: { type: 'array', items: { type: 'string' }, minItems: 1 },
      partColumn: { type: 'string' },
    },
  },
  inputs: { table: { type: 'table', description: 'The raw table.' } },
  outputs: {
    parts: { type: 'parts-rows', description: 'Columns _row_id and part.' },
    split: { type: 'split', description: 'Rows by part and class.', final: true },
  },
} as const satisfies StepDescriptor;
