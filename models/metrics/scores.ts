import { AssayError } from '../../contracts/errors.ts';
import type { Scores } from '../../contracts/training.ts';
import { calibration } from './calibration.ts';
import { classificationReport, confusionMatrix } from './classification-report.ts';
import { logLoss } from './log-loss.ts';
import { rocAuc } from './roc-auc.ts';
import { argmaxRows } from './softmax.ts';

/**
 * Every figure of one set of predictions. `probabilities` is [n × classes]; the prediction is the most probable class, the first of equals.
 * Classes without rows score 0 (scikit-learn's `zero_division=0`); `auc` is null unless there are two classes and both are present.
 * Throws PREDICTIONS_NOT_FINITE for a probability that is not a number, and RangeError for arrays that do not fit together.
 */
export function scores(options: {
  labels: ArrayLike<number>;
  probabilities: ArrayLike<number>;
  classes: readonly string[];
  positive: string;
}): Scores {
  const { labels, probabilities, classes } = options;
  const width = classes.length;
  if (probabilities.length !== labels.length * width)
    throw new RangeError(`${labels.length} labels × ${width} classes, but ${probabilities.length} probabilities`);
  refuseNotFinite(probabilities, width);
  const positive = classes.indexOf(options.positive);
  if (positive === -1) throw new RangeError(`positive class "${options.positive}" is not among ${classes.join(', ')}`);

  const predicted = argmaxRows(probabilities, width);
  const confusion = confusionMatrix(labels, predicted, width);
  return {
    ...classificationReport(confusion, classes),
    auc: width === 2 ? areaOf(positive, labels, probabilities) : null,
    loss: logLoss(labels, probabilities, width),
    ...calibration(labels, predicted, probabilities, width),
    confusion,
  };
}

function areaOf(positive: number, labels: ArrayLike<number>, probabilities: ArrayLike<number>): number | null {
  const isPositive = Array.from(labels, (label) => label === positive);
  const score = Float64Array.from({ length: labels.length }, (_, i) => probabilities[i * 2 + positive] ?? 0);
  return rocAuc(isPositive, score);
}

function refuseNotFinite(probabilities: ArrayLike<number>, width: number): void {
  for (let i = 0; i < probabilities.length; i++) {
    if (!Number.isFinite(probabilities[i]))
      throw new AssayError('PREDICTIONS_NOT_FINITE', {
        row: Math.floor(i / width) + 1,
        value: String(probabilities[i]),
      });
  }
}
