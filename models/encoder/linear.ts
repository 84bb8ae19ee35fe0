import { addBias, biasGradient, matmul } from '../ops.ts';
import { dispose, tidy, type Tensor } from '../tf.ts';

/** x [n, in] · weightᵀ + bias → [n, out]; weight is [out, in] as in Hugging Face files. */
export function linear(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const product = matmul(x, weight, { transposeB: true });
  const y = addBias(product, bias);
  dispose(product);
  return y;
}

/** Gradients of `linear` by weight and bias. */
export function linearParameterGradient(dy: Tensor, x: Tensor): { dWeight: Tensor; dBias: Tensor } {
  return tidy(() => ({ dWeight: matmul(dy, x, { transposeA: true }), dBias: biasGradient(dy) }));
}
