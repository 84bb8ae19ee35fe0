import { add } from '../ops.ts';
import { tidy, type Tensor } from '../tf.ts';
import { bottleneck, bottleneckGradient, type Bottleneck, type BottleneckCache } from './bottleneck.ts';
import { layerNorm, layerNormGradient, type LayerNormCache } from './layer-norm.ts';

/** The norm after a sublayer's residual sum. */
export interface Norm {
  /** [hidden] */
  weight: Tensor;
  bias: Tensor;
  epsilon: number;
}

/** What the backward pass needs. */
export interface ResidualNormCache {
  norm: LayerNormCache;
  /** Of the adapter; `before` is of the norm that it reads, if it reads one. */
  adapter: { cache: BottleneckCache; before: LayerNormCache | null } | null;
}

/**
 * norm(residual + output) of rows [n, hidden]; with an adapter A, norm(residual + output + A(x)), x being output or norm(residual + output).
 * The cache may take output over.
 */
export function residualNorm(
  residual: Tensor,
  output: Tensor,
  { weight, bias, epsilon }: Norm,
  adapter: Bottleneck | undefined,
  training: boolean,
): { y: Tensor; cache: ResidualNormCache } {
  return tidy(() => {
    const sum = add(residual, output);
    if (adapter === undefined) {
      const { y, cache } = layerNorm(sum, weight, bias, epsilon);
      return { y, cache: { norm: cache, adapter: null } };
    }
    const before = adapter.reads === 'norm' ? layerNorm(sum, weight, bias, epsilon) : null;
    const added = bottleneck(before?.y ?? output, adapter, training);
    const { y, cache } = layerNorm(add(sum, added.y), weight, bias, epsilon);
    const kept = added.cache === null ? null : { cache: added.cache, before: before?.cache ?? null };
    return { y, cache: { norm: cache, adapter: kept } };
  });
}

/** Gradients by residual and output, by weight and bias where the norm trains, and by the adapter's own tensors; the cache is used up. */
export function residualNormGradient(
  dy: Tensor,
  weight: Tensor,
  { norm, adapter: cached }: ResidualNormCache,
  adapter: Bottleneck | undefined,
  trains: boolean,
): {
  dResidual: Tensor;
  dOutput: Tensor;
  dWeight: Tensor | null;
  dBias: Tensor | null;
  gradients: Map<string, Tensor>;
} {
  return tidy(() => {
    const { dx: dSum, dWeight, dBias } = layerNormGradient(dy, weight, norm, trains);
    const gradients = new Map<string, Tensor>();
    if (adapter === undefined || cached === null) return { dResidual: dSum, dOutput: dSum, dWeight, dBias, gradients };
    const own = bottleneckGradient(dSum, adapter, cached.cache);
    if (cached.before === null)
      return { dResidual: dSum, dOutput: add(dSum, own.dx), dWeight, dBias, gradients: own.gradients };
    const before = layerNormGradient(own.dx, weight, cached.before, trains);
    const dBoth = add(dSum, before.dx);
    return {
      dResidual: dBoth,
      dOutput: dBoth,
      dWeight: sumOf(dWeight, before.dWeight),
      dBias: sumOf(dBias, before.dBias),
      gradients: own.gradients,
    };
  });
}

/** The norm is applied twice, so that its gradients add up. */
function sumOf(a: Tensor | null, b: Tensor | null): Tensor | null {
  return a === null || b === null ? null : add(a, b);
}
