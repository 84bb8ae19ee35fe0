import type { Tensor } from '../tf.ts';
import type { LayerGradients, LayerWeights } from './layer.ts';

/** Trained tensors by the names of `describeParameters`. */
export type Weights = ReadonlyMap<string, Tensor>;

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

export function putLayerGradients(gradients: Map<string, Tensor>, layer: number, of: LayerGradients): void {
  const put = (key: keyof LayerWeights): void => {
    gradients.set(`layer.${String(layer)}.${NAMES[key]}`, of[key]);
  };
  put('qkvWeight');
  put('qkvBias');
  put('attendedWeight');
  put('attendedBias');
  put('attendedNormWeight');
  put('attendedNormBias');
  put('wideWeight');
  put('wideBias');
  put('narrowWeight');
  put('narrowBias');
  put('narrowNormWeight');
  put('narrowNormBias');
}
