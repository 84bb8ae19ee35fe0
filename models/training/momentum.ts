import { upload } from '../tf.ts';
import { applyMomentum } from '../variables.ts';
import type { UpdateRule } from './optimizer.ts';

/** Stochastic gradient descent with momentum, as torch.optim.SGD: a ← μa + g, θ ← θ − ηa, or with Nesterov's look ahead θ − η(g + μa). */
export function momentum({ momentum: mu, nesterov }: { momentum: number; nesterov: boolean }): UpdateRule {
  return {
    state: (shape) => ({ velocity: shape }),
    at(learningRate) {
      const [rate, factor] = [upload([], Float32Array.of(learningRate)), upload([], Float32Array.of(mu))];
      return ({ variable, state: { velocity } }, gradient) => {
        if (velocity === undefined) throw new Error('momentum has no velocity');
        applyMomentum(variable, velocity, rate, gradient, factor, nesterov);
      };
    },
  };
}
