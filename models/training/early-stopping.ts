/** What early stopping remembers; part of every checkpoint. */
export interface BestSoFar {
  /** Larger is better; null before the first evaluation. */
  value: number | null;
  step: number;
  /** Evaluations since. */
  since: number;
}

export const NOTHING_YET: BestSoFar = { value: null, step: 0, since: 0 };

/** Ties do not improve: of equals, the earlier stays. A value that is not a number never is the best. */
export function judge(best: BestSoFar, value: number, step: number): { best: BestSoFar; improved: boolean } {
  if (best.value === null || value > best.value) return { best: { value, step, since: 0 }, improved: true };
  return { best: { ...best, since: best.since + 1 }, improved: false };
}

/** `patience` 0 never stops. */
export function isSpent({ since }: BestSoFar, patience: number): boolean {
  return patience > 0 && since >= patience;
}
