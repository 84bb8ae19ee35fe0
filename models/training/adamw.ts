import { upload, type Tensor } from '../tf.ts';
import { applyAdam, type AdamScalars } from '../variables.ts';
import {
  createOptimizer,
  type Optimizer,
  type OptimizerSettings,
  type ParameterState,
  type UpdateRule,
} from './optimizer.ts';

export interface AdamWSettings {
  beta1?: number;
  beta2?: number;
  epsilon?: number;
}

/** Adam with bias correction (Kingma and Ba, 2015); with decoupled decay, AdamW. Defaults as in PyTorch. */
export function adamw({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamWSettings = {}): UpdateRule {
  return {
    state: (shape) => ({ m: shape, v: shape }),
    at(learningRate, time) {
      const scalars = adamScalars({ learningRate, beta1, beta2, epsilon }, time);
      return ({ variable, state: { m, v } }, gradient) => {
        if (m === undefined || v === undefined) throw new Error('Adam has no moments');
        applyAdam(variable, m, v, gradient, scalars);
      };
    },
  };
}

export function createAdamW(parameters: ReadonlyMap<string, ParameterState>, settings: OptimizerSettings): Optimizer {
  return createOptimizer(parameters, adamw(), settings);
}

/** The bias corrections are taken into the rate and ε in double precision: the library's own are in single, and lose four digits at the start. */
function adamScalars(
  { learningRate, beta1, beta2, epsilon }: Required<AdamWSettings> & { learningRate: number },
  time: number,
): AdamScalars {
  const scalar = (value: number): Tensor => upload([], Float32Array.of(value));
  const correction = Math.sqrt(1 - beta2 ** time);
  return {
    beta1Power: scalar(0),
    beta2Power: scalar(0),
    learningRate: scalar((learningRate * correction) / (1 - beta1 ** time)),
    beta1: scalar(beta1),
    beta2: scalar(beta2),
    epsilon: scalar(epsilon * correction),
  };
}
