import { AssayError } from '../contracts/errors.ts';

/**
 * Groups of one class that go to each part: the fractions, rounded, but at least one in every part.
 *
 * @throws AssayError DATA_CLASS_TOO_SMALL when there are fewer groups than parts
 */
export function groupQuotas(
  groups: number,
  fractions: { train: number; dev: number; test: number },
  className: string,
): { train: number; dev: number; test: number } {
  const dev = Math.max(1, Math.round(groups * fractions.dev));
  const test = Math.max(1, Math.round(groups * fractions.test));
  const train = groups - dev - test;
  if (train >= 1) return { train, dev, test };
  if (groups >= 3) return { train: 1, dev: 1, test: groups - 2 };
  throw new AssayError('DATA_CLASS_TOO_SMALL', {
    class: className,
    rows: groups,
    part: groups < 1 ? 'train' : groups < 2 ? 'dev' : 'test',
  });
}

/** Shares `limit` rows over classes of these sizes by largest remainder, one at least to each class that has rows. */
export function limitQuotas(sizes: readonly number[], limit: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= limit) return [...sizes];
  const exact = sizes.map((size) => (size * limit) / total);
  const quotas = exact.map((share, index) => (sizes[index] === 0 ? 0 : Math.max(1, Math.floor(share))));
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  let left = limit - quotas.reduce((sum, quota) => sum + quota, 0);
  for (const { index } of byRemainder) {
    if (left <= 0) break;
    if ((quotas[index] ?? 0) >= (sizes[index] ?? 0)) continue;
    quotas[index] = (quotas[index] ?? 0) + 1;
    left -= 1;
  }
  return quotas;
}
