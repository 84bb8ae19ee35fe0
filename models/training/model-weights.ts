import type { Weights } from '../encoder/layer-weights.ts';
import type { Assembled, Tuning } from '../tuning/method.ts';
import { dispose, tidy, type Tensor } from '../tf.ts';
import type { Optimizer } from './optimizer.ts';

/** What training works on: weights that train, in the optimizer, and weights that do not. */
export interface TunedModel {
  tuning: Tuning;
  optimizer: Optimizer;
  frozen: Weights;
}

/** The weights as they are, for one use. Trained ones share memory with the optimizer's: `dispose` comes before its next step. */
export function assembleWeights(
  { tuning, optimizer, frozen }: TunedModel,
  moment: { seed: number; step: number },
): Assembled & { trained: Weights; dispose(): void } {
  const trained = optimizer.weights();
  const assembled = tidy(() => tuning.assemble(new Map([...frozen, ...trained]), moment));
  const kept = new Set<Tensor>(frozen.values());
  const { weights, wanted } = assembled;
  const made = [
    ...weights.values(),
    ...wanted.lowRank.flatMap((linears) =>
      Object.values(linears)
        .flat()
        .map(({ b }) => b),
    ),
  ];
  return {
    ...assembled,
    trained,
    dispose() {
      dispose(...new Set([...trained.values(), ...made.filter((tensor) => !kept.has(tensor))]));
    },
  };
}
