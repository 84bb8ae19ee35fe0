import { matmul, multiply } from '../ops.ts';
import { dispose, tidy, type Tensor } from '../tf.ts';
import { activate, activateWithSlope, type Activation } from './activation.ts';
import { linear, linearParameterGradient } from './linear.ts';

/** A bottleneck adapter (Houlsby et al., 2019): up(f(down(x))) is added to what a sublayer gives. */
export interface Bottleneck {
  /** Names its gradients `NAME.down.weight`, `NAME.down.bias`, `NAME.up.weight` and `NAME.up.bias`. */
  name: string;
  /** [size, hidden] */
  downWeight: Tensor;
  /** [size] */
  downBias: Tensor;
  /** [hidden, size] */
  upWeight: Tensor;
  /** [hidden] */
  upBias: Tensor;
  activation: Activation;
  /** What x is: the sublayer's output (Houlsby et al., 2019), or that after the residual sum and its norm (Pfeiffer et al., 2021). */
  reads: 'output' | 'norm';
}

/** Adapters of one layer, by the sublayer that they stand after. */
export type LayerBottlenecks = Partial<Record<'attended' | 'narrow', Bottleneck>>;

/** What the backward pass needs. */
export interface BottleneckCache {
  /** [n, hidden] */
  x: Tensor;
  /** [n, size] f(down(x)), and its slope */
  inner: Tensor;
  slope: Tensor;
}

/** x [n, hidden] → up(f(down(x))) [n, hidden]. The cache takes x over, and is null unless training. */
export function bottleneck(
  x: Tensor,
  { downWeight, downBias, upWeight, upBias, activation }: Bottleneck,
  training: boolean,
): { y: Tensor; cache: BottleneckCache | null } {
  return tidy(() => {
    const before = linear(x, downWeight, downBias);
    if (!training) return { y: linear(activate(activation, before), upWeight, upBias), cache: null };
    const { y: inner, slope } = activateWithSlope(activation, before);
    return { y: linear(inner, upWeight, upBias), cache: { x, inner, slope } };
  });
}

/** Gradients by x and by the adapter's own tensors; the cache is used up. */
export function bottleneckGradient(
  dy: Tensor,
  { name, downWeight, upWeight }: Bottleneck,
  { x, inner, slope }: BottleneckCache,
): { dx: Tensor; gradients: Map<string, Tensor> } {
  const result = tidy(() => {
    const up = linearParameterGradient(dy, inner);
    const dBefore = multiply(matmul(dy, upWeight), slope);
    const down = linearParameterGradient(dBefore, x);
    const gradients = new Map([
      [`${name}.down.weight`, down.dWeight],
      [`${name}.down.bias`, down.dBias],
      [`${name}.up.weight`, up.dWeight],
      [`${name}.up.bias`, up.dBias],
    ]);
    return { dx: matmul(dBefore, downWeight), gradients };
  });
  dispose(x, inner, slope);
  return result;
}
