import { add, asFloats, batchMatmul, multiply, scale, softmax, subtract, sumLast } from '../ops.ts';
import { dispose, tidy, type Tensor } from '../tf.ts';
import { drawMask, type DropoutSource } from './dropout.ts';

/** Shapes: b batch, h heads, q queries, k keys, d numbers a head. */
export interface Heads {
  /** [b, h, q, d] */
  queries: Tensor;
  /** [b, h, k, d] */
  keys: Tensor;
  /** [b, h, k, d] */
  values: Tensor;
}

export interface AttentionCache {
  /** Queries / √d [b, h, q, d] */
  queries: Tensor;
  keys: Tensor;
  values: Tensor;
  /** [b, h, q, k], before dropout */
  probabilities: Tensor;
  mask: Tensor | null;
  /** [b, h, q, d] */
  attended: Tensor;
}

/** softmax(Q·Kᵀ/√d + bias)·V (Vaswani et al., 2017), with dropout on the probabilities. `keyBias` is [b, 1, 1, k]. */
export function attend(
  { queries, keys, values }: Heads,
  keyBias: Tensor | null,
  source: DropoutSource,
  site: number,
): AttentionCache {
  return tidy(() => {
    const scaled = scale(queries, 1 / Math.sqrt(queries.shape.at(-1) ?? 1));
    const scores = batchMatmul(scaled, keys, { transposeB: true });
    const probabilities = softmax(keyBias === null ? scores : add(scores, keyBias));
    const mask = drawMask(probabilities.shape, source, site);
    const product = batchMatmul(mask === null ? probabilities : multiply(probabilities, asFloats(mask)), values);
    // The scale of dropout is put on the product, which is smaller than the probabilities.
    const attended = mask === null ? product : scale(product, 1 / (1 - source.rate));
    return { queries: scaled, keys, values, probabilities, mask, attended };
  });
}

/** Gradients by queries, keys and values from that by what was attended [b, h, q, d]; the cache is used up. */
export function attendGradient(dAttended: Tensor, cache: AttentionCache, rate: number): Heads {
  const { queries, keys, values, probabilities, mask, attended } = cache;
  const gradients = tidy(() => {
    // Σₖ dPₖ·Pₖ of the softmax's gradient equals dO·O, a sum over d instead of over the keys (Dao et al., 2022).
    const along = sumLast(multiply(dAttended, attended));
    let dProduct = dAttended;
    let kept = probabilities;
    let keptMask: Tensor | null = null;
    if (mask !== null) {
      keptMask = asFloats(mask);
      dProduct = scale(dAttended, 1 / (1 - rate));
      kept = multiply(probabilities, keptMask);
    }
    const dValues = batchMatmul(kept, dProduct, { transposeA: true });
    const dKept = batchMatmul(dProduct, values, { transposeB: true });
    const dProbabilities = keptMask === null ? dKept : multiply(dKept, keptMask);
    const dScores = multiply(probabilities, subtract(dProbabilities, along));
    const dQueries = scale(batchMatmul(dScores, keys), 1 / Math.sqrt(queries.shape.at(-1) ?? 1));
    const dKeys = batchMatmul(dScores, queries, { transposeA: true });
    return { queries: dQueries, keys: dKeys, values: dValues };
  });
  dispose(queries, keys, values, probabilities, attended);
  if (mask !== null) dispose(mask);
  return gradients;
}
