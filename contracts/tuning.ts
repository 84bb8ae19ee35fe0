import type { JsonSchema } from './json-schema.ts';

/** Linear layers of each Transformer layer that a low-rank part can stand beside; `feedForward` is both of its two. */
export const TUNED_MODULES = ['query', 'key', 'value', 'output', 'feedForward'] as const;
export type TunedModule = (typeof TUNED_MODULES)[number];

export interface FullTuning {
  method: 'full';
}

/** The highest layers with pooler and head. */
export interface TopTuning {
  method: 'top';
  /** Transformer layers that train, counted from the top; 0: pooler and head alone. */
  layers: number;
}

/** Low-Rank Adaptation (Hu et al., 2022): ΔW = alpha / rank · B·A beside frozen weights. */
export interface LoraTuning {
  method: 'lora';
  rank: number;
  alpha: number;
  /** Before A, in training. */
  dropout: number;
  modules: TunedModule[];
}

export type TuningConfig = FullTuning | TopTuning | LoraTuning;
export type TuningMethodName = TuningConfig['method'];

/** The block `tuning` of `finetune`: one method with its settings. */
export const TUNING_SCHEMA: JsonSchema = {
  type: 'object',
  default: { method: 'full' },
  description: 'What of the model trains, and how.',
  required: ['method'],
  discriminator: { propertyName: 'method' },
  oneOf: [
    {
      description: 'Every parameter.',
      additionalProperties: false,
      properties: { method: { const: 'full' } },
    },
    {
      description: 'The highest layers, the pooler and the head.',
      additionalProperties: false,
      properties: {
        method: { const: 'top' },
        layers: {
          type: 'integer',
          minimum: 0,
          default: 0,
          description: 'Transformer layers, counted from the top; 0: pooler and head alone.',
        },
      },
    },
    {
      description: 'Low-rank parts beside frozen weights (LoRA), and the head.',
      additionalProperties: false,
      properties: {
        method: { const: 'lora' },
        rank: { type: 'integer', minimum: 1, default: 8 },
        alpha: { type: 'number', exclusiveMinimum: 0, default: 16, description: 'ΔW is scaled by alpha / rank.' },
        dropout: { type: 'number', minimum: 0, exclusiveMaximum: 1, default: 0.1 },
        modules: {
          type: 'array',
          minItems: 1,
          uniqueItems: true,
          items: { enum: [...TUNED_MODULES] },
          default: ['query', 'value'],
        },
      },
    },
  ],
};
