import { add, biasGradient, meanLast, multiply, rsqrt, scalar, square, subtract } from '../ops.ts';
import { dispose, type Tensor, tidy } from '../tf.ts';

/** What the backward pass needs: the normalised rows [n, m] and the inverse standard deviations [n, 1]. */
export interface LayerNormCache {
  normalised: Tensor;
  inverseDeviation: Tensor;
}

/** Rows of x [n, m] to mean 0 and variance 1, then · weight + bias (Ba, Kiros and Hinton, 2016). */
export function layerNorm(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  epsilon: number,
): { y: Tensor; cache: LayerNormCache } {
  return tidy(() => {
    const centred = subtract(x, meanLast(x));
    const inverseDeviation = rsqrt(add(meanLast(square(centred)), scalar(epsilon)));
    const normalised = multiply(centred, inverseDeviation);
    return { y: add(multiply(normalised, weight), bias), cache: { normalised, inverseDeviation } };
  });
}

/** Gradients by x [n, m] and, where the norm trains, by weight [m] and bias [m]; the cache is used up. */
export function layerNormGradient(
  dy: Tensor,
  weight: Tensor,
  { normalised, inverseDeviation }: LayerNormCache,
  trains = true,
): { dx: Tensor; dWeight: Tensor | null; dBias: Tensor | null } {
  const gradients = tidy(() => {
    const dWeight = trains ? biasGradient(multiply(dy, normalised)) : null;
    const dBias = trains ? biasGradient(dy) : null;
    const d = multiply(dy, weight);
    const along = multiply(normalised, meanLast(multiply(d, normalised)));
    const dx = multiply(subtract(subtract(d, meanLast(d)), along), inverseDeviation);
    return { dx, dWeight, dBias };
  });
  dispose(normalised, inverseDeviation);
  return gradients;
}
