/** Results in the order of the items, at most `limit` of them under way. After a failure no further one is begun. */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Map<number, R>();
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length && !failed; index = next++) {
      const item = items[index];
      // The index is below the length; a hole in the list is an item too.
      results.set(index, await work(item as T));
    }
  };
  const lanes = Array.from({ length: Math.min(limit, items.length) }, () =>
    lane().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  const [failure] = (await Promise.allSettled(lanes)).filter((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return [...results.entries()].sort(([a], [b]) => a - b).map(([, result]) => result);
}
