/**
 * Mean cross-entropy of the labels in nats. Probabilities are clipped to [ε, 1 − ε] with ε of double precision, as scikit-learn's
 * `log_loss` does, so that one sure mistake is finite. Null without rows.
 */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>, classes: number): number | null {
  if (labels.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < labels.length; i++) {
    const p = probabilities[i * classes + (labels[i] ?? 0)] ?? 0;
    sum -= Math.log(Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, p)));
  }
  return sum / labels.length;
}
