import { CONTENDERS, type PredictionRow } from '../../contracts/training.ts';
import type { Probabilities } from './compare.ts';

/** A PredictionRow a line, in the order of the test rows. */
export function* predictionLines(
  rows: { ids: readonly number[]; labels: readonly number[] },
  probabilities: Probabilities,
  classes: number,
): Generator<string> {
  for (const [row, id] of rows.ids.entries()) {
    const prediction: PredictionRow = { id, label: rows.labels[row] ?? 0, probabilities: {} };
    for (const contender of CONTENDERS) {
      prediction.probabilities[contender] = [...probabilities[contender].subarray(row * classes, (row + 1) * classes)];
    }
    yield `${JSON.stringify(prediction)}\n`;
  }
}
