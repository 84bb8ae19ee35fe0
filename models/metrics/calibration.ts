export interface Calibration {
  /** Mean gap between confidence and accuracy, weighted by rows; 0 without rows. */
  ece: number;
  /** Bins that hold rows, from low to high confidence. */
  reliability: { confidence: number; accuracy: number; count: number }[];
}

/**
 * Expected calibration error over equal-width bins (lower, upper] of the predicted class's probability
 * (Guo et al., On Calibration of Modern Neural Networks, ICML 2017).
 */
export function calibration(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  probabilities: ArrayLike<number>, // [n × classes]
  classes: number,
  bins = 15,
): Calibration {
  const counts = new Float64Array(bins);
  const confidences = new Float64Array(bins);
  const hits = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) {
    const confidence = probabilities[i * classes + (predicted[i] ?? 0)] ?? 0;
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
    counts[bin] = (counts[bin] ?? 0) + 1;
    confidences[bin] = (confidences[bin] ?? 0) + confidence;
    if (predicted[i] === labels[i]) hits[bin] = (hits[bin] ?? 0) + 1;
  }
  let gap = 0;
  const reliability: Calibration['reliability'] = [];
  for (let bin = 0; bin < bins; bin++) {
    const count = counts[bin] ?? 0;
    if (count === 0) continue;
    const confidence = (confidences[bin] ?? 0) / count;
    const accuracy = (hits[bin] ?? 0) / count;
    gap += count * Math.abs(confidence - accuracy);
    reliability.push({ confidence, accuracy, count });
  }
  return { ece: labels.length === 0 ? 0 : gap / labels.length, reliability };
}
