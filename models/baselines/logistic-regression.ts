import { minimise } from './lbfgs.ts';
import type { SparseMatrix } from './sparse-matrix.ts';

/** `weights` is [free × width], then one intercept a free class. With two classes only the second is free: the first's score is 0. */
export interface LogisticRegression {
  classes: number;
  weights: Float64Array;
  /** Probabilities [rows × classes]. */
  predict(features: SparseMatrix): Float64Array;
}

/**
 * Logistic regression with an L2 penalty, minimising C · Σ cross-entropy + ½‖w‖² with free intercepts; the same problem as scikit-learn's
 * `LogisticRegression(C)`, softmax over more than two classes. `start` takes up the weights of a fit on the same terms.
 */
export function fitLogisticRegression(
  features: SparseMatrix,
  labels: ArrayLike<number>,
  options: { classes: number; C: number; start?: Float64Array; tolerance?: number; maxIterations?: number },
): LogisticRegression {
  const { classes } = options;
  const free = classes === 2 ? 1 : classes;
  const scale = 1 / (options.C * features.rows);
  const probabilities = new Float64Array(classes);
  const intercepts = free * features.width;

  const objective = (weights: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let loss = 0;
    for (let row = 0; row < features.rows; row++) {
      scoreRow(features, row, weights, classes, probabilities);
      const label = labels[row] ?? 0;
      loss += toProbabilities(probabilities, label);
      for (let k = 0; k < free; k++) {
        const actual = classes - free + k;
        const error = ((probabilities[actual] ?? 0) - (label === actual ? 1 : 0)) / features.rows;
        const base = k * features.width;
        for (let i = features.starts[row] ?? 0; i < (features.starts[row + 1] ?? 0); i++) {
          const at = base + (features.columns[i] ?? 0);
          gradient[at] = (gradient[at] ?? 0) + error * (features.values[i] ?? 0);
        }
        gradient[intercepts + k] = (gradient[intercepts + k] ?? 0) + error;
      }
    }
    let penalty = 0;
    for (let i = 0; i < intercepts; i++) {
      const weight = weights[i] ?? 0;
      penalty += weight * weight;
      gradient[i] = (gradient[i] ?? 0) + scale * weight;
    }
    return loss / features.rows + (scale * penalty) / 2;
  };

  const { point: weights } = minimise(objective, options.start ?? new Float64Array(intercepts + free), {
    tolerance: options.tolerance ?? 1e-6,
    maxIterations: options.maxIterations ?? 500,
  });
  return {
    classes,
    weights,
    predict(others) {
      const all = new Float64Array(others.rows * classes);
      for (let row = 0; row < others.rows; row++) {
        scoreRow(others, row, weights, classes, probabilities);
        toProbabilities(probabilities, 0);
        all.set(probabilities, row * classes);
      }
      return all;
    },
  };
}

function scoreRow(features: SparseMatrix, row: number, weights: Float64Array, classes: number, scores: Float64Array) {
  const free = classes === 2 ? 1 : classes;
  scores[0] = 0;
  for (let k = 0; k < free; k++) {
    const base = k * features.width;
    let score = weights[free * features.width + k] ?? 0;
    for (let i = features.starts[row] ?? 0; i < (features.starts[row + 1] ?? 0); i++) {
      score += (weights[base + (features.columns[i] ?? 0)] ?? 0) * (features.values[i] ?? 0);
    }
    scores[classes - free + k] = score;
  }
}

/** Turns scores into probabilities in place; returns the cross-entropy of `label`. */
function toProbabilities(scores: Float64Array, label: number): number {
  let most = -Infinity;
  for (const score of scores) most = Math.max(most, score);
  let sum = 0;
  const labelScore = scores[label] ?? 0;
  for (let k = 0; k < scores.length; k++) {
    const e = Math.exp((scores[k] ?? 0) - most);
    scores[k] = e;
    sum += e;
  }
  for (let k = 0; k < scores.length; k++) scores[k] = (scores[k] ?? 0) / sum;
  return most + Math.log(sum) - labelScore;
}
