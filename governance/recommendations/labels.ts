import type { Evidence, Recommendation } from '../../contracts/governance.ts';
import type { Evaluation } from '../../contracts/training.ts';
import { count, counted, metric } from '../format.ts';

/** Looking again at the labels that the model contradicts, with the most that macro-F1 on the test rows could gain by it. */
export function mendLabels({ evaluation }: Evidence): Recommendation[] {
  if (evaluation === undefined || evaluation.suspectLabels.length === 0) return [];
  const now = evaluation.scores.finetuned.macroF1;
  const then = macroF1(relabelled(evaluation));
  const suspects = evaluation.suspectLabels.length;
  return [
    {
      id: 'review-labels',
      title: `Have ${counted(suspects, 'suspect label')} looked at`,
      action: `Two people read the ${count(suspects)} test rows named in this report and settle the label; then do the same for the training rows.`,
      gain: {
        value: Math.max(0, 100 * (then - now)),
        unit: 'macro-F1 points',
        reason: `at most: measured macro-F1 would be ${metric(then)} instead of ${metric(now)} if every one of them is a wrong label`,
      },
      effort: suspects > 200 ? 'medium' : 'small',
    },
  ];
}

/** The confusion matrix with each suspect row moved to the class that the model predicted. */
function relabelled({ classes, scores, suspectLabels }: Evaluation): number[][] {
  const confusion = scores.finetuned.confusion.map((row) => [...row]);
  for (const { label, predicted } of suspectLabels) {
    const to = classes.indexOf(predicted);
    move(confusion, classes.indexOf(label), to);
  }
  return confusion;
}

function move(confusion: number[][], from: number, to: number): void {
  const [source, target] = [confusion[from], confusion[to]];
  const [wrong, right] = [source?.[to], target?.[to]];
  if (source === undefined || target === undefined || wrong === undefined || right === undefined || wrong < 1) return;
  source[to] = wrong - 1;
  target[to] = right + 1;
}

/** Mean over the classes of 2·TP / (2·TP + FP + FN). */
function macroF1(confusion: readonly (readonly number[])[]): number {
  const each = confusion.map((row, index) => {
    const hit = row[index] ?? 0;
    const truly = row.reduce((sum, value) => sum + value, 0);
    const said = confusion.reduce((sum, other) => sum + (other[index] ?? 0), 0);
    return truly + said === 0 ? 0 : (2 * hit) / (truly + said);
  });
  return each.reduce((sum, value) => sum + value, 0) / Math.max(1, each.length);
}
