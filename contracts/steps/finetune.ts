import type { StepDescriptor } from '../step.ts';
import { TASK_SCHEMA } from '../task.ts';
import { TUNING_SCHEMA } from '../tuning.ts';

/** Fine-tunes a pretrained encoder on the training part. Settings: `FinetuneConfig` of contracts/training.ts. */
export const finetune = {
  kind: 'finetune',
  version: 2,
  title: 'Fine-tune',
  description: 'Fine-tunes a BERT encoder with a classification head; validates on dev, keeps the best checkpoint.',
  queue: 'gpu',
  timeouts: { startToCloseMs: 24 * 3_600_000, heartbeatMs: 30_000 },
  attempts: 3,
  tensors: true,
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['task'],
    properties: {
      task: TASK_SCHEMA,
      model: { type: 'string', default: 'all-minilm-l6-v2', description: 'Name of an installed base model.' },
      tuning: TUNING_SCHEMA,
      epochs: { type: 'integer', minimum: 1, default: 3 },
      batchSize: { type: 'integer', minimum: 1, default: 16 },
      maxLength: { type: 'integer', minimum: 8, default: 128, description: 'Tokens a text.' },
      learningRate: { type: 'number', exclusiveMinimum: 0, default: 5e-5 },
      weightDecay: { type: 'number', minimum: 0, default: 0.01 },
      schedule: { enum: ['linear', 'cosine', 'constant'], default: 'linear' },
      warmupRatio: { type: 'number', minimum: 0, maximum: 1, default: 0.1 },
      maxGradientNorm: { type: 'number', minimum: 0, default: 1, description: '0 turns clipping off.' },
      dropout: { type: 'number', minimum: 0, exclusiveMaximum: 1, default: 0.1 },
      classWeights: { enum: ['none', 'balanced'], default: 'none' },
      batching: { enum: ['length', 'random'], default: 'length' },
      devMetric: { enum: ['macroF1', 'loss', 'auc'], default: 'macroF1' },
      patience: {
        type: 'integer',
        minimum: 0,
        default: 2,
        description: 'Evaluations without improvement; 0 turns early stopping off.',
      },
      evaluationsPerEpoch: { type: 'integer', minimum: 1, default: 1 },
      checkpointEverySteps: { type: 'integer', minimum: 0, default: 100 },
      seed: { type: 'integer', default: 7 },
    },
  },
  inputs: {
    table: { type: 'table', description: 'The cleaned, masked table.' },
    parts: { type: 'parts-rows', description: 'The split.' },
  },
  outputs: {
    model: {
      type: 'model',
      description:
        'Hugging Face files: model.safetensors, config.json, tokenizer.json; and adapter/, of adapters that cannot be merged.',
      final: true,
    },
    adapter: {
      type: 'adapter',
      description:
        'What alone was trained, as PEFT or AdapterHub loads it on the base model; of methods that add parameters.',
      optional: true,
      final: true,
    },
    training: {
      type: 'training',
      description: 'Settings, loss curve, dev metrics, speed, memory, device.',
      final: true,
    },
    tensorboard: { type: 'tensorboard', description: 'TensorBoard event files.', final: true },
  },
} as const satisfies StepDescriptor;
