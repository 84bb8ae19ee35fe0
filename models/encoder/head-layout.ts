import { gatherRows, reshape, stack, sumIntoRows, transpose, unstack } from '../ops.ts';
import { tidy, type Tensor } from '../tf.ts';
import type { BatchTensors } from './batch-tensors.ts';

/** Rows of real tokens [tokens, c·hidden], c of query, key and value side by side → c tensors [batch, heads, width, d], padded. */
export function toHeads(rows: Tensor, batch: BatchTensors, heads: number, hidden: number): Tensor[] {
  return tidy(() => {
    const count = (rows.shape[1] ?? 0) / hidden;
    const padded = batch.padding === null ? rows : gatherRows(rows, batch.padding.tokenOfSlot);
    const split = reshape(padded, [batch.size, batch.width, count, heads, hidden / heads]);
    return unstack(transpose(split, [2, 0, 3, 1, 4]));
  });
}

/** The gradient of `toHeads`: c tensors [batch, heads, width, d] → [tokens, c·hidden] */
export function fromHeadGradients(gradients: readonly Tensor[], batch: BatchTensors, hidden: number): Tensor {
  return tidy(() => {
    const joined = transpose(stack(gradients), [1, 3, 0, 2, 4]);
    return dropPadding(reshape(joined, [batch.size * batch.width, gradients.length * hidden]), batch);
  });
}

/** [batch, heads, width, d] → rows of real tokens [tokens, hidden] */
export function fromHeads(attended: Tensor, batch: BatchTensors, hidden: number): Tensor {
  return tidy(() => dropPadding(reshape(transpose(attended, [0, 2, 1, 3]), [batch.size * batch.width, hidden]), batch));
}

/** The gradient of `fromHeads`; that of padding is 0. */
export function toHeadGradient(rows: Tensor, batch: BatchTensors, heads: number, hidden: number): Tensor {
  return tidy(() => {
    const { size, width, padding } = batch;
    const padded = padding === null ? rows : sumIntoRows(rows, padding.slots, size * width);
    return transpose(reshape(padded, [size, width, heads, hidden / heads]), [0, 2, 1, 3]);
  });
}

function dropPadding(rows: Tensor, { padding }: BatchTensors): Tensor {
  return padding === null ? rows : gatherRows(rows, padding.slots);
}
