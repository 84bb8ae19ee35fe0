import { upload, type Tensor } from '../tf.ts';
import type { Batch } from './batch.ts';

/** A batch in the library's memory; shapes as in Batch, the key bias as [size, 1, 1, width]. */
export interface BatchTensors {
  size: number;
  width: number;
  tokens: number;
  words: Tensor;
  positions: Tensor;
  firsts: Tensor;
  padding: { slots: Tensor; tokenOfSlot: Tensor; keyBias: Tensor } | null;
}

/** The caller owns the tensors. */
export function uploadBatch({ size, width, tokens, words, positions, firsts, padding }: Batch): BatchTensors {
  return {
    size,
    width,
    tokens,
    words: upload([tokens], words),
    positions: upload([tokens], positions),
    firsts: upload([size], firsts),
    padding:
      padding === null
        ? null
        : {
            slots: upload([tokens], padding.slots),
            tokenOfSlot: upload([size * width], padding.tokenOfSlot),
            keyBias: upload([size, 1, 1, width], padding.keyBias),
          },
  };
}
