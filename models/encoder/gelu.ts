import { add, erf, exp, multiply, scalar, scale, square } from '../ops.ts';
import { tidy, type Tensor } from '../tf.ts';

/** x·Φ(x), Φ the normal distribution function (Hendrycks and Gimpel, 2016; the exact form, as BERT has it). */
export function gelu(x: Tensor): Tensor {
  return tidy(() => multiply(x, normalCdf(x)));
}

/** GELU and its derivative Φ(x) + x·φ(x), both of x's shape. */
export function geluWithSlope(x: Tensor): { y: Tensor; slope: Tensor } {
  return tidy(() => {
    const cdf = normalCdf(x);
    const density = scale(exp(scale(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return { y: multiply(x, cdf), slope: add(cdf, multiply(x, density)) };
  });
}

function normalCdf(x: Tensor): Tensor {
  return add(scale(erf(scale(x, Math.SQRT1_2)), 0.5), scalar(0.5));
}
