import type { ClassReport } from '../../contracts/training.ts';

/** Counts of rows, [true class][predicted class]. */
export function confusionMatrix(labels: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const row = counts[labels[i] ?? -1];
    const column = predicted[i] ?? -1;
    const before = row?.[column];
    if (row === undefined || before === undefined)
      throw new RangeError(`row ${i}: class ${labels[i]} or prediction ${column} is not in 0 … ${classes - 1}`);
    row[column] = before + 1;
  }
  return counts;
}

export interface ClassificationReport {
  accuracy: number;
  macroF1: number;
  weightedF1: number;
  classes: ClassReport[];
}

/**
 * Precision, recall and F1 of every class and their means, as scikit-learn's `classification_report` with `zero_division=0` and
 * `labels` naming all classes: a class that is neither present nor predicted scores 0 and counts in the macro mean.
 * No rows at all: every figure is 0.
 */
export function classificationReport(
  confusion: readonly (readonly number[])[],
  names: readonly string[],
): ClassificationReport {
  let total = 0;
  let right = 0;
  const classes = names.map((name, k): ClassReport => {
    const row = confusion[k] ?? [];
    const hits = row[k] ?? 0;
    const support = row.reduce((sum, count) => sum + count, 0);
    const predicted = confusion.reduce((sum, other) => sum + (other[k] ?? 0), 0);
    total += support;
    right += hits;
    return {
      name,
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, predicted + support),
      support,
    };
  });
  return {
    accuracy: ratio(right, total),
    macroF1: ratio(
      classes.reduce((sum, { f1 }) => sum + f1, 0),
      classes.length,
    ),
    weightedF1: ratio(
      classes.reduce((sum, { f1, support }) => sum + f1 * support, 0),
      total,
    ),
    classes,
  };
}

/** Mean F1 over the classes of a confusion matrix laid out flat, [true × predicted]; absent classes score 0. */
export function macroF1(flat: ArrayLike<number>, classes: number): number {
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    let both = 0;
    for (let j = 0; j < classes; j++) both += (flat[k * classes + j] ?? 0) + (flat[j * classes + k] ?? 0);
    sum += ratio(2 * (flat[k * classes + k] ?? 0), both);
  }
  return ratio(sum, classes);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
