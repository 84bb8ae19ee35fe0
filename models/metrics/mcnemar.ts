export interface McNemar {
  onlyBeforeRight: number;
  onlyAfterRight: number;
  p: number;
}

/**
 * McNemar's exact test, two-sided: how likely is a split of the discordant rows at least this uneven when either model is as likely to be
 * the right one (binomial, p = ½). 1 where no row is discordant.
 */
export function mcnemar(labels: ArrayLike<number>, before: ArrayLike<number>, after: ArrayLike<number>): McNemar {
  let onlyBeforeRight = 0;
  let onlyAfterRight = 0;
  for (let i = 0; i < labels.length; i++) {
    const beforeRight = before[i] === labels[i];
    const afterRight = after[i] === labels[i];
    if (beforeRight && !afterRight) onlyBeforeRight++;
    if (afterRight && !beforeRight) onlyAfterRight++;
  }
  return { onlyBeforeRight, onlyAfterRight, p: binomialTwoSided(onlyBeforeRight, onlyAfterRight) };
}

function binomialTwoSided(b: number, c: number): number {
  const n = b + c;
  const fewer = Math.min(b, c);
  // In logarithms: ½ⁿ alone underflows from n = 1075 on.
  let logChoose = 0;
  let tail = 0;
  for (let i = 0; i <= fewer; i++) {
    if (i > 0) logChoose += Math.log((n - i + 1) / i);
    tail += Math.exp(logChoose - n * Math.LN2);
  }
  return Math.min(1, 2 * tail);
}
