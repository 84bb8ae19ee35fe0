import type { FinetuneConfig } from '../../contracts/training.ts';
import { macroF1 } from '../metrics/classification-report.ts';
import { confusionMatrix } from '../metrics/classification-report.ts';
import { logLoss } from '../metrics/log-loss.ts';
import { rocAuc } from '../metrics/roc-auc.ts';
import { argmaxRows, softmaxRows } from '../metrics/softmax.ts';

/** Figures of one evaluation; `auc` is NaN where only one class occurs. */
export interface DevMetrics {
  loss: number;
  macroF1: number;
  auc: number;
  accuracy: number;
}

/** Figures of logits [rows, classes] against labels [rows]. `positive` is the class whose AUC, against all others, is taken. */
export function devMetrics(
  logits: Float32Array,
  labels: readonly number[],
  classes: number,
  positive: number,
): DevMetrics {
  const probabilities = softmaxRows(logits, classes);
  const predicted = argmaxRows(probabilities, classes);
  const confusion = confusionMatrix(labels, predicted, classes);
  const right = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  return {
    loss: logLoss(labels, probabilities, classes) ?? NaN,
    macroF1: macroF1(confusion.flat(), classes),
    auc:
      rocAuc(
        labels.map((label) => label === positive),
        labels.map((_, row) => probabilities[row * classes + positive] ?? 0),
      ) ?? NaN,
    accuracy: right / labels.length,
  };
}

/** The figure that the best model is chosen by, larger being better. */
export function devValue(metrics: DevMetrics, by: FinetuneConfig['devMetric']): number {
  return by === 'loss' ? -metrics.loss : metrics[by];
}
