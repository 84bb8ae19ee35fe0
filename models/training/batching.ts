import { permutation, seeded } from '../metrics/seeded.ts';

/** Batches whose texts are sorted by length together. */
const BLOCK = 50;

/**
 * The batches of an epoch, as row numbers; a function of its arguments alone, so that a resumed training finds the same order. `length`: blocks
 * of 50 batches out of a shuffled order, each sorted by length, then all batches shuffled, as Trainer's `group_by_length`; `random`: shuffled.
 */
export function planEpoch(options: {
  lengths: readonly number[];
  batchSize: number;
  batching: 'length' | 'random';
  seed: number;
  epoch: number;
}): number[][] {
  const { lengths, batchSize, batching, seed, epoch } = options;
  const random = seeded(seed + 7919 * (epoch + 1));
  const order = Array.from(permutation(lengths.length, random));
  if (batching === 'random') return chunks(order, batchSize);
  const lengthOf = (row: number): number => lengths[row] ?? 0;
  const batches = chunks(order, BLOCK * batchSize).flatMap((block) =>
    chunks(
      block.sort((a, b) => lengthOf(a) - lengthOf(b) || a - b),
      batchSize,
    ),
  );
  return Array.from(permutation(batches.length, random), (i) => batches[i] ?? []);
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
