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

/** Adaptive LoRA (Zhang et al., 2023): ΔW = alpha / initialRank · P·Λ·Q, whose least important singular values are pruned over all layers. */
export interface AdaLoraTuning {
  method: 'adalora';
  initialRank: number;
  /** Mean over the linear layers once the budget is spent. */
  targetRank: number;
  alpha: number;
  dropout: number;
  modules: TunedModule[];
  /** Steps before the first pruning. */
  tInit: number;
  /** Steps after the last. */
  tFinal: number;
  /** Steps from one pruning to the next. */
  deltaT: number;
  /** Smoothing of sensitivity and of its uncertainty. */
  beta1: number;
  beta2: number;
  /** Weight of the penalty that keeps P and Q orthogonal. */
  orthogonality: number;
}

/** Bottleneck adapters of hidden / reduction units beside frozen weights. */
export interface AdapterTuning {
  method: 'adapter';
  /** After attention and after the feed-forward layers (Houlsby et al., 2019), or after the feed-forward layers alone (Pfeiffer et al., 2021). */
  placement: 'houlsby' | 'pfeiffer';
  reduction: number;
  /** When absent, swish for houlsby and ReLU for pfeiffer, as in AdapterHub. */
  activation?: 'relu' | 'gelu' | 'swish';
}

export type TuningConfig = FullTuning | TopTuning | LoraTuning | AdaLoraTuning | AdapterTuning;
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
    {
      description: 'Low-rank parts whose rank is pruned where it matters least (AdaLoRA), and the head.',
      additionalProperties: false,
      properties: {
        method: { const: 'adalora' },
        initialRank: { type: 'integer', minimum: 1, default: 12 },
        targetRank: { type: 'integer', minimum: 1, default: 8, description: 'Mean over the layers, in the end.' },
        alpha: {
          type: 'number',
          exclusiveMinimum: 0,
          default: 16,
          description: 'ΔW is scaled by alpha / initialRank.',
        },
        dropout: { type: 'number', minimum: 0, exclusiveMaximum: 1, default: 0.1 },
        modules: {
          type: 'array',
          minItems: 1,
          uniqueItems: true,
          items: { enum: [...TUNED_MODULES] },
          default: ['query', 'value'],
        },
        tInit: { type: 'integer', minimum: 0, default: 50, description: 'Steps before the first pruning.' },
        tFinal: { type: 'integer', minimum: 0, default: 100, description: 'Steps after the last.' },
        deltaT: { type: 'integer', minimum: 1, default: 10, description: 'Steps from one pruning to the next.' },
        beta1: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.85 },
        beta2: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.85 },
        orthogonality: { type: 'number', minimum: 0, default: 0.5, description: 'Weight of the penalty on P and Q.' },
      },
    },
    {
      description: 'Bottleneck adapters in each layer, and the head.',
      additionalProperties: false,
      properties: {
        method: { const: 'adapter' },
        placement: {
          enum: ['houlsby', 'pfeiffer'],
          default: 'pfeiffer',
          description: 'After attention and after the feed-forward layers, or after these alone.',
        },
        reduction: { type: 'integer', minimum: 1, default: 16, description: 'Units: the hidden size divided by this.' },
        activation: {
          enum: ['relu', 'gelu', 'swish'],
          description: 'By default swish for houlsby, relu for pfeiffer.',
        },
      },
    },
  ],
};
