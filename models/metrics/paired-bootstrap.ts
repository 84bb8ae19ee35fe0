import { macroF1 } from './classification-report.ts';
import { seeded } from './seeded.ts';

export interface PairedDifference {
  /** After minus before, on the rows as they are. */
  macroF1Difference: number;
  /** 95% percentile interval over the resamples. */
  interval: [number, number];
}

/**
 * Difference of macro-F1 between two sets of predictions on the same rows, with the percentile interval of a paired bootstrap: rows are
 * drawn with replacement and both predictions of a row go together (Efron and Tibshirani 1993, chapter 13; Berg-Kirkpatrick et al. 2012).
 */
export function pairedBootstrap(options: {
  labels: ArrayLike<number>;
  before: ArrayLike<number>;
  after: ArrayLike<number>;
  classes: number;
  resamples: number;
  seed: number;
}): PairedDifference {
  const { labels, before, after, classes, resamples } = options;
  const rows = labels.length;
  // A row's part in both confusion matrices as one number, so that a draw is one lookup and one count.
  const codes = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) {
    codes[i] = ((labels[i] ?? 0) * classes + (before[i] ?? 0)) * classes + (after[i] ?? 0);
  }
  const tally = new Float64Array(classes ** 3);
  for (const code of codes) tally[code] = (tally[code] ?? 0) + 1;
  const macroF1Difference = difference(tally, classes);
  if (rows === 0 || resamples === 0) return { macroF1Difference, interval: [macroF1Difference, macroF1Difference] };

  const random = seeded(options.seed);
  const differences = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    tally.fill(0);
    for (let draw = 0; draw < rows; draw++) {
      const code = codes[Math.floor(random() * rows)] ?? 0;
      tally[code] = (tally[code] ?? 0) + 1;
    }
    differences[resample] = difference(tally, classes);
  }
  differences.sort();
  return { macroF1Difference, interval: [quantile(differences, 0.025), quantile(differences, 0.975)] };
}

/** Value at a share of sorted numbers, linear between neighbours (Hyndman and Fan's type 7, NumPy's default). */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
  return low + (position - below) * (high - low);
}

function difference(tally: Float64Array, classes: number): number {
  const before = new Float64Array(classes * classes);
  const after = new Float64Array(classes * classes);
  for (let label = 0; label < classes; label++) {
    for (let b = 0; b < classes; b++) {
      for (let a = 0; a < classes; a++) {
        const count = tally[(label * classes + b) * classes + a] ?? 0;
        before[label * classes + b] = (before[label * classes + b] ?? 0) + count;
        after[label * classes + a] = (after[label * classes + a] ?? 0) + count;
      }
    }
  }
  return macroF1(after, classes) - macroF1(before, classes);
}
