/** Weight by class: all 1, or the inverse of its frequency, scaled so that the mean over the rows is 1. A class without rows weighs 0. */
export function classWeights(labels: readonly number[], classes: number, kind: 'none' | 'balanced'): Float32Array {
  const weights = new Float32Array(classes).fill(1);
  if (kind === 'none') return weights;
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const present = counts.filter((count) => count > 0).length;
  return weights.map((_, label) => {
    const count = counts[label] ?? 0;
    return count === 0 ? 0 : labels.length / (present * count);
  });
}
