import { download, upload, type Tensor } from '../tf.ts';

export interface LossSettings {
  /** ε: the target gives ε/classes to every class and the rest to its own (Szegedy et al., 2016). */
  labelSmoothing?: number;
  /** γ of the focal loss −(1 − p)^γ·log p (Lin et al., 2017); 0 is cross-entropy. */
  focalGamma?: number;
  /** What the sum is divided by; the rows' own weights when left out. */
  totalWeight?: number;
}

/**
 * Mean cross-entropy of logits [n, classes] in nats, each row counted by the weight of its class (weights are summed, not counted, below the
 * line, as PyTorch does), and its gradient by logit [n, classes], in double precision. The caller owns the gradient.
 */
export function weightedCrossEntropy(
  logits: Tensor,
  labels: readonly number[],
  classWeights: ArrayLike<number>,
  settings: LossSettings = {},
): { loss: number; dLogits: Tensor } {
  const { labelSmoothing = 0, focalGamma = 0, totalWeight = sumOfWeights(labels, classWeights) } = settings;
  const classes = logits.shape[1] ?? 0;
  const values = download(logits);
  const slope = new Float32Array(values.length);
  let loss = 0;
  labels.forEach((label, row) => {
    const own = values.subarray(row * classes, (row + 1) * classes);
    const logs = logSoftmax(own);
    const { lost, gradient } =
      focalGamma > 0
        ? focal(logs, label, classWeights[label] ?? 1, focalGamma)
        : smoothed(logs, label, classWeights, labelSmoothing);
    loss += lost / totalWeight;
    gradient.forEach((value, i) => (slope[row * classes + i] = value / totalWeight));
  });
  return { loss, dLogits: upload([labels.length, classes], slope) };
}

export function sumOfWeights(labels: readonly number[], classWeights: ArrayLike<number>): number {
  return labels.reduce((sum, label) => sum + (classWeights[label] ?? 1), 0);
}

/** −Σ_c w_c·t_c·log p_c with t the smoothed target, and its gradient by logit: p·Σ w·t − w·t. */
function smoothed(
  logs: readonly number[],
  label: number,
  classWeights: ArrayLike<number>,
  smoothing: number,
): { lost: number; gradient: number[] } {
  const targets = logs.map(
    (_, i) => (classWeights[i] ?? 1) * ((i === label ? 1 - smoothing : 0) + smoothing / logs.length),
  );
  const whole = targets.reduce((sum, target) => sum + target, 0);
  const lost = logs.reduce((sum, log, i) => sum - (targets[i] ?? 0) * log, 0);
  return { lost, gradient: logs.map((log, i) => Math.exp(log) * whole - (targets[i] ?? 0)) };
}

/** −w·(1 − p)^γ·log p, and its gradient by logit: ∂/∂p · p·(1{own} − p_k). */
function focal(
  logs: readonly number[],
  label: number,
  weight: number,
  gamma: number,
): { lost: number; gradient: number[] } {
  const log = logs[label] ?? 0;
  const p = Math.exp(log);
  const rest = Math.max(0, -Math.expm1(log));
  const modulation = rest ** gamma;
  const byLog = weight * (modulation - (rest === 0 ? 0 : gamma * rest ** (gamma - 1) * p * log));
  return {
    lost: -weight * modulation * log,
    gradient: logs.map((other, i) => byLog * (Math.exp(other) - (i === label ? 1 : 0))),
  };
}

function logSoftmax(logits: ArrayLike<number>): number[] {
  const all = Array.from(logits);
  const most = Math.max(...all);
  const log = most + Math.log(all.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
  return all.map((logit) => logit - log);
}
