import type { StepDescriptor } from '../step.ts';
import { TASK_SCHEMA } from '../task.ts';

/** Scores the model before and after fine-tuning on the same test rows. Settings: `EvaluateConfig`. */
export const evaluate = {
  kind: 'evaluate',
  version: 1,
  title: 'Evaluate',
  description:
    'Base and fine-tuned model and two baselines on the same test rows, with calibration and paired significance tests.',
  queue: 'gpu',
  timeouts: { startToCloseMs: 6 * 3_600_000, heartbeatMs: 30_000 },
  attempts: 3,
  tensors: true,
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['task'],
    properties: {
      task: TASK_SCHEMA,
      headEpochs: { type: 'integer', minimum: 1, default: 10 },
      headLearningRate: { type: 'number', exclusiveMinimum: 0, default: 1e-3 },
      maxLength: { type: 'integer', minimum: 8, default: 128 },
      batchSize: { type: 'integer', minimum: 1, default: 32 },
      resamples: { type: 'integer', minimum: 100, default: 2000 },
      seed: { type: 'integer', default: 7 },
      baseModel: { type: 'string', default: 'all-minilm-l6-v2', description: 'The untouched model to compare with.' },
    },
  },
  inputs: {
    table: { type: 'table', description: 'The same table that the model was tuned on.' },
    parts: { type: 'parts-rows', description: 'The split.' },
    model: { type: 'model', description: 'The fine-tuned model.' },
  },
  outputs: {
    evaluation: { type: 'evaluation', description: 'Scores, curves and tests.', final: true },
    predictions: {
      type: 'prediction-rows',
      description: 'Row id, label and probabilities of every contender.',
      final: true,
    },
  },
} as const satisfies StepDescriptor;
