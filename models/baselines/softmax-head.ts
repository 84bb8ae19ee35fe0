import { logLoss } from '../metrics/log-loss.ts';
import { permutation, seeded } from '../metrics/seeded.ts';
import { softmaxRows } from '../metrics/softmax.ts';

/** Frozen features of one part, [n × dimensions], with their labels. */
export interface LabelledFeatures {
  features: Float32Array;
  labels: ArrayLike<number>;
}

export interface SoftmaxHead {
  /** Probabilities [n × classes] of features [n × dimensions]. */
  predict(features: Float32Array): Float64Array;
  /** Passes over the training rows that the kept weights have seen. */
  epochs: number;
}

const [BETA1, BETA2, EPSILON, WEIGHT_DECAY] = [0.9, 0.999, 1e-8, 0.01];

/**
 * A linear layer with softmax on frozen features, trained by AdamW (Loshchilov and Hutter 2019) with a linearly falling rate; the weights
 * with the lowest cross-entropy on dev are kept. Features are standardised by the training rows first: that changes how fast the head
 * learns and not what it can express, and so gives "before" its best chance. Seeded.
 */
export function trainSoftmaxHead(options: {
  train: LabelledFeatures;
  dev: LabelledFeatures;
  dimensions: number;
  classes: number;
  epochs: number;
  learningRate: number;
  batchSize: number;
  seed: number;
}): SoftmaxHead {
  const { train, dev, dimensions, classes, epochs, batchSize } = options;
  const rows = train.labels.length;
  const standardise = fitStandardiser(train.features, dimensions);
  const features = standardise(train.features);
  const devFeatures = standardise(dev.features);
  const random = seeded(options.seed);

  const width = dimensions + 1; // the last weight of a class is its bias
  const weights = new Float64Array(classes * width);
  const gradient = new Float64Array(weights.length);
  const first = new Float64Array(weights.length);
  const second = new Float64Array(weights.length);
  const totalSteps = epochs * Math.ceil(rows / batchSize);
  let step = 0;
  let best = { weights: Float64Array.from(weights), loss: Infinity, epochs: 0 };

  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = permutation(rows, random);
    for (let start = 0; start < rows; start += batchSize) {
      const batch = order.subarray(start, start + batchSize);
      crossEntropyGradient(features, train.labels, batch, weights, classes, gradient);
      const rate = options.learningRate * (1 - step / totalSteps);
      step++;
      const correct1 = 1 - BETA1 ** step;
      const correct2 = 1 - BETA2 ** step;
      for (let i = 0; i < weights.length; i++) {
        const g = gradient[i] ?? 0;
        const m = (first[i] = BETA1 * (first[i] ?? 0) + (1 - BETA1) * g);
        const v = (second[i] = BETA2 * (second[i] ?? 0) + (1 - BETA2) * g * g);
        const decay = i % width === dimensions ? 0 : WEIGHT_DECAY * (weights[i] ?? 0);
        weights[i] = (weights[i] ?? 0) - rate * (m / correct1 / (Math.sqrt(v / correct2) + EPSILON) + decay);
      }
    }
    // Without dev rows there is nothing to stop by: the last weights stand.
    const loss = logLoss(dev.labels, softmaxRows(logits(devFeatures, weights, classes), classes), classes) ?? -epoch;
    if (loss < best.loss) best = { weights: Float64Array.from(weights), loss, epochs: epoch };
  }
  const kept = best.weights;
  return {
    epochs: best.epochs,
    predict: (others) => softmaxRows(logits(standardise(others), kept, classes), classes),
  };
}

/** Scores [n × classes] of standardised features [n × dimensions]. */
function logits(features: Float32Array, weights: Float64Array, classes: number): Float64Array {
  const width = weights.length / classes;
  const dimensions = width - 1;
  const scores = new Float64Array((features.length / dimensions) * classes);
  for (let i = 0; i < scores.length; i++) {
    const from = Math.floor(i / classes) * dimensions;
    const base = (i % classes) * width;
    let score = weights[base + dimensions] ?? 0;
    for (let d = 0; d < dimensions; d++) score += (weights[base + d] ?? 0) * (features[from + d] ?? 0);
    scores[i] = score;
  }
  return scores;
}

function crossEntropyGradient(
  features: Float32Array,
  labels: ArrayLike<number>,
  batch: Uint32Array,
  weights: Float64Array,
  classes: number,
  gradient: Float64Array,
): void {
  const width = weights.length / classes;
  const dimensions = width - 1;
  gradient.fill(0);
  for (const row of batch) {
    const x = features.subarray(row * dimensions, (row + 1) * dimensions);
    const probabilities = softmaxRows(logits(x, weights, classes), classes);
    for (let k = 0; k < classes; k++) {
      const error = ((probabilities[k] ?? 0) - (labels[row] === k ? 1 : 0)) / batch.length;
      const base = k * width;
      for (let d = 0; d < dimensions; d++) gradient[base + d] = (gradient[base + d] ?? 0) + error * (x[d] ?? 0);
      gradient[base + dimensions] = (gradient[base + dimensions] ?? 0) + error;
    }
  }
}

/** Shifts and scales each dimension to mean 0 and deviation 1 over these rows; constant ones become 0. */
function fitStandardiser(features: Float32Array, dimensions: number): (features: Float32Array) => Float32Array {
  const rows = features.length / dimensions;
  const mean = new Float64Array(dimensions);
  const square = new Float64Array(dimensions);
  features.forEach((value, i) => {
    mean[i % dimensions] = (mean[i % dimensions] ?? 0) + value / rows;
  });
  features.forEach((value, i) => {
    const d = i % dimensions;
    square[d] = (square[d] ?? 0) + (value - (mean[d] ?? 0)) ** 2 / rows;
  });
  const scale = square.map((variance) => (variance < 1e-12 ? 0 : 1 / Math.sqrt(variance)));
  return (others) => others.map((value, i) => (value - (mean[i % dimensions] ?? 0)) * (scale[i % dimensions] ?? 0));
}
