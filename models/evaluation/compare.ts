import type { Comparison, Contender, Evaluation } from '../../contracts/training.ts';
import { mcnemar } from '../metrics/mcnemar.ts';
import { pairedBootstrap } from '../metrics/paired-bootstrap.ts';
import { argmaxRows } from '../metrics/softmax.ts';

export type Probabilities = Record<Contender, Float64Array>; // [test rows × classes] each

const BEFORE = ['untouched', 'frozen', 'tfidf', 'majority'] as const satisfies readonly Contender[];

/** Every other contender against the fine-tuned model on the same test rows: difference of macro-F1 with interval, and McNemar's test. */
export function compareContenders(
  labels: readonly number[],
  probabilities: Probabilities,
  options: { classes: number; resamples: number; seed: number },
): Comparison[] {
  const after = argmaxRows(probabilities.finetuned, options.classes);
  return BEFORE.map((contender) => {
    const before = argmaxRows(probabilities[contender], options.classes);
    const { p, onlyBeforeRight, onlyAfterRight } = mcnemar(labels, before, after);
    return {
      before: contender,
      after: 'finetuned',
      ...pairedBootstrap({ labels, before, after, ...options }),
      mcnemarP: p,
      onlyBeforeRight,
      onlyAfterRight,
    };
  });
}

/** Rows whose label the model finds less likely than this are worth a second look. */
const DOUBT = 0.05;
const MOST_SUSPECTS = 200;

/** The test rows whose label the fine-tuned model doubts most, the least likely label first; at most 200. */
export function findSuspectLabels(
  rows: { ids: readonly number[]; labels: readonly number[] },
  probabilities: Float64Array,
  classes: readonly string[],
): Evaluation['suspectLabels'] {
  const predicted = argmaxRows(probabilities, classes.length);
  return rows.labels
    .map((label, row) => ({
      id: rows.ids[row] ?? -1,
      label: classes[label] ?? '',
      predicted: classes[predicted[row] ?? -1] ?? '',
      probability: probabilities[row * classes.length + label] ?? 0,
    }))
    .filter(({ probability }) => probability < DOUBT)
    .sort((a, b) => a.probability - b.probability || a.id - b.id)
    .slice(0, MOST_SUSPECTS);
}
