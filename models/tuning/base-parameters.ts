import type { Weights } from '../encoder/layer-weights.ts';
import type { Tuning } from './method.ts';

/** A method that trains some of the model's own parameters and adds none. */
export function tuneBase(trains: ReadonlySet<string>): Tuning {
  return {
    trains,
    added: [],
    assemble: (weights: Weights) => ({ weights, wanted: { parameters: trains, lowRank: [] } }),
    collect: (gradients) => new Map(gradients),
  };
}
