import { add, multiply, relu, scalar, sigmoid, sign, subtract } from '../ops.ts';
import { tidy, type Tensor } from '../tf.ts';
import { gelu, geluWithSlope } from './gelu.ts';

/** `swish` is x·σ(x) (Ramachandran et al., 2017; SiLU), `gelu` the exact form. */
export type Activation = 'relu' | 'gelu' | 'swish';

/** f(x), of x's shape. */
export function activate(activation: Activation, x: Tensor): Tensor {
  switch (activation) {
    case 'relu':
      return relu(x);
    case 'gelu':
      return gelu(x);
    case 'swish':
      return tidy(() => multiply(x, sigmoid(x)));
  }
}

/** f(x) and its derivative, both of x's shape; that of ReLU is 0 at 0, as PyTorch has it. */
export function activateWithSlope(activation: Activation, x: Tensor): { y: Tensor; slope: Tensor } {
  switch (activation) {
    case 'relu':
      return tidy(() => {
        const y = relu(x);
        return { y, slope: sign(y) };
      });
    case 'gelu':
      return geluWithSlope(x);
    case 'swish':
      return tidy(() => {
        const gate = sigmoid(x);
        const y = multiply(x, gate);
        return { y, slope: add(gate, multiply(y, subtract(scalar(1), gate))) };
      });
  }
}
