import type { AdaLoraTuning } from '../../../contracts/tuning.ts';

/** The tensors of one place, row-major: q [rank, in], e [rank, 1], p [out, rank]. */
export interface Triplets<T> {
  q: T;
  e: T;
  p: T;
}

/** Smoothed sensitivity |w·∂L/∂w| and its smoothed uncertainty, of every number of a tensor. */
export interface Importance {
  sensitivity: Float32Array;
  uncertainty: Float32Array;
}

/**
 * Singular values that may stay after a step, over all places, and whether it prunes: all at first, then falling with the cube of what is left of the
 * way, then the target (Zhang et al., 2023, eq. 12).
 */
export function budgetAt(
  step: number,
  totalSteps: number,
  places: number,
  config: Pick<AdaLoraTuning, 'initialRank' | 'targetRank' | 'tInit' | 'tFinal' | 'deltaT'>,
): { budget: number; prunes: boolean } {
  const { initialRank, targetRank, tInit, tFinal, deltaT } = config;
  const [whole, target] = [initialRank * places, targetRank * places];
  const last = totalSteps - tFinal;
  if (step <= tInit) return { budget: whole, prunes: false };
  if (step >= last) return { budget: target, prunes: step === last };
  const left = 1 - (step - tInit) / (last - tInit);
  return { budget: Math.trunc((whole - target) * left ** 3 + target), prunes: step % deltaT === 0 };
}

/** Takes one step's weights and gradients into the importance (eq. 9 to 11), in place. */
export function observe(
  { sensitivity, uncertainty }: Importance,
  weights: Float32Array,
  gradient: Float32Array,
  { beta1, beta2 }: Pick<AdaLoraTuning, 'beta1' | 'beta2'>,
): void {
  for (let i = 0; i < weights.length; i++) {
    const now = Math.fround(Math.abs((weights[i] ?? 0) * (gradient[i] ?? 0)));
    const smoothed = Math.fround(beta1 * (sensitivity[i] ?? 0) + (1 - beta1) * now);
    sensitivity[i] = smoothed;
    uncertainty[i] = beta2 * (uncertainty[i] ?? 0) + (1 - beta2) * Math.abs(now - smoothed);
  }
}

/** A score for each triplet: that of its singular value, and the means of those of its row of Q and its column of P (eq. 8). */
export function scoreTriplets({ q, e, p }: Triplets<Importance>, rank: number): Float64Array {
  const [inputs, outputs] = [q.sensitivity.length / rank, p.sensitivity.length / rank];
  const score = (of: Importance, i: number): number => (of.sensitivity[i] ?? 0) * (of.uncertainty[i] ?? 0);
  return Float64Array.from({ length: rank }, (_, r) => {
    let [row, column] = [0, 0];
    for (let i = 0; i < inputs; i++) row += score(q, r * inputs + i);
    for (let o = 0; o < outputs; o++) column += score(p, o * rank + r);
    return score(e, r) + row / inputs + column / outputs;
  });
}

/** Which triplets stay, by place, when `budget` of all may: those whose score is above that of the best one that must go. */
export function keepBest(scores: readonly Float64Array[], budget: number): boolean[][] {
  const all = scores.flatMap((some) => [...some]).sort((a, b) => a - b);
  const threshold = all[all.length - budget - 1] ?? -Infinity;
  return scores.map((some) => Array.from(some, (score) => score > threshold));
}
