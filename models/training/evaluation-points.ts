/** Steps of an epoch, counted from 1, after which dev is evaluated: evenly spread, the last at the end. */
export function evaluationPoints(stepsPerEpoch: number, evaluationsPerEpoch: number): Set<number> {
  const count = Math.min(evaluationsPerEpoch, stepsPerEpoch);
  return new Set(Array.from({ length: count }, (_, i) => Math.round(((i + 1) * stepsPerEpoch) / count)));
}
