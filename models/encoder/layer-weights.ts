import type { Tensor } from '../tf.ts';
import type { LayerWeights } from './layer.ts';

/** Trained tensors by the names of `describeParameters`. */
export type Weights = ReadonlyMap<string, Tensor>;

/** The linear layers of a Transformer layer; `qkv` is query, key and value in one. */
export const LINEARS = ['qkv', 'attended', 'wide', 'narrow'] as const;
export type LinearName = (typeof LINEARS)[number];
export type NormName = 'attended.norm' | 'narrow.norm';

const NAMES = {
  qkvWeight: 'qkv.weight',
  qkvBias: 'qkv.bias',
  attendedWeight: 'attended.weight',
  attendedBias: 'attended.bias',
  attendedNormWeight: 'attended.norm.weight',
  attendedNormBias: 'attended.norm.bias',
  wideWeight: 'wide.weight',
  wideBias: 'wide.bias',
  narrowWeight: 'narrow.weight',
  narrowBias: 'narrow.bias',
  narrowNormWeight: 'narrow.norm.weight',
  narrowNormBias: 'narrow.norm.bias',
} as const satisfies Record<keyof LayerWeights, string>;

export function weight(weights: Weights, name: string): Tensor {
  const tensor = weights.get(name);
  if (tensor === undefined) throw new Error(`there is no parameter ${name}`);
  return tensor;
}

export function layerWeights(weights: Weights, layer: number): LayerWeights {
  const of = (key: keyof LayerWeights): Tensor => weight(weights, `layer.${String(layer)}.${NAMES[key]}`);
  return {
    qkvWeight: of('qkvWeight'),
    qkvBias: of('qkvBias'),
    attendedWeight: of('attendedWeight'),
    attendedBias: of('attendedBias'),
    attendedNormWeight: of('attendedNormWeight'),
    attendedNormBias: of('attendedNormBias'),
    wideWeight: of('wideWeight'),
    wideBias: of('wideBias'),
    narrowWeight: of('narrowWeight'),
    narrowBias: of('narrowBias'),
    narrowNormWeight: of('narrowNormWeight'),
    narrowNormBias: of('narrowNormBias'),
  };
}
