/**
 * Area under the ROC curve: the chance that a positive row scores above a negative one, ties counting one half (Mann and Whitney's U
 * by mid-ranks). Null where one of the two is absent: the area is not defined there.
 */
export function rocAuc(positive: ArrayLike<boolean>, score: ArrayLike<number>): number | null {
  const order = Uint32Array.from({ length: score.length }, (_, i) => i);
  order.sort((a, b) => (score[a] ?? 0) - (score[b] ?? 0));
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length;) {
    const value = score[order[start] ?? 0];
    let end = start;
    let here = 0;
    while (end < order.length && score[order[end] ?? 0] === value) {
      if (positive[order[end] ?? 0] === true) here++;
      end++;
    }
    // Ranks count from 1; equal scores share the mean of theirs.
    rankSum += (here * (start + 1 + end)) / 2;
    positives += here;
    start = end;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return null;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
