import { multiply, softmaxCrossEntropy } from '../ops.ts';
import { dispose, download, tidy, upload, type Tensor } from '../tf.ts';

/**
 * Mean cross-entropy of logits [n, classes] in nats, each row counted by the weight of its class (weights are summed, not counted, below the
 * line, as PyTorch does), and its gradient by logit. The caller owns the gradient.
 */
export function weightedCrossEntropy(
  logits: Tensor,
  labels: readonly number[],
  classWeights: ArrayLike<number>,
): { loss: number; dLogits: Tensor } {
  const classes = logits.shape[1] ?? 0;
  const targets = new Float32Array(labels.length * classes);
  const shares = Float32Array.from(labels, (label) => classWeights[label] ?? 1);
  const total = shares.reduce((sum, share) => sum + share, 0);
  labels.forEach((label, row) => {
    targets[row * classes + label] = 1;
    shares[row] = (shares[row] ?? 0) / total;
  });
  const { losses, dLogits } = tidy(() => {
    const { losses, gradient } = softmaxCrossEntropy(logits, upload([labels.length, classes], targets));
    return { losses, dLogits: multiply(gradient, upload([labels.length, 1], shares)) };
  });
  const loss = download(losses).reduce((sum, value, row) => sum + value * (shares[row] ?? 0), 0);
  dispose(losses);
  return { loss, dLogits };
}
