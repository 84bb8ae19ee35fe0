import { add, concatenate, matmul, sliceColumns, sliceFirst, subtract } from '../ops.ts';
import { tidy, type Tensor } from '../tf.ts';
import { applyMask, drawMask, type DropoutSource } from './dropout.ts';

/** ΔW = b·a beside a frozen weight (Hu et al., 2022), for some of the outputs of a linear layer. The layer's own weight holds ΔW already. */
export interface LowRank {
  /** Names its gradients `NAME.a` and `NAME.b`. */
  name: string;
  /** Its outputs, out of those of the layer. */
  from: number;
  size: number;
  /** [rank, in] */
  a: Tensor;
  /** [size, rank], the scale included */
  b: Tensor;
  /** Dropout before `a`, and its place among those of a step. */
  dropout: DropoutSource;
  site: number;
}

/** weight [out, in] with every ΔW added to its rows; the caller owns it. */
export function mergeLowRank(weight: Tensor, parts: readonly LowRank[]): Tensor {
  return tidy(() => {
    const [outputs = 0] = weight.shape;
    const blocks: Tensor[] = [];
    let done = 0;
    for (const { from, size, a, b } of inOrder(parts)) {
      if (from > done) blocks.push(sliceFirst(weight, done, from - done));
      blocks.push(add(sliceFirst(weight, from, size), matmul(b, a)));
      done = from + size;
    }
    if (done < outputs) blocks.push(sliceFirst(weight, done, outputs - done));
    return blocks.length === 1 && blocks[0] !== undefined ? blocks[0] : concatenate(blocks);
  });
}

/**
 * y [n, out] of x [n, in] through the merged weight, with the parts' dropout put right: each sees drop(x), while the merged weight saw x, so
 * (drop(x) − x)·aᵀ·bᵀ is added to its columns.
 */
export function dropLowRank(y: Tensor, x: Tensor, parts: readonly LowRank[]): Tensor {
  if (parts.every(({ dropout }) => dropout.rate === 0)) return y;
  return tidy(() => {
    const blocks: Tensor[] = [];
    let done = 0;
    for (const part of inOrder(parts)) {
      const { from, size, a, b } = part;
      if (from > done) blocks.push(sliceColumns(y, done, from - done));
      const change = subtract(dropped(x, part), x);
      const moved = matmul(matmul(change, a, { transposeB: true }), b, { transposeB: true });
      blocks.push(add(sliceColumns(y, from, size), moved));
      done = from + size;
    }
    const outputs = y.shape[1] ?? 0;
    if (done < outputs) blocks.push(sliceColumns(y, done, outputs - done));
    return blocks.length === 1 && blocks[0] !== undefined ? blocks[0] : concatenate(blocks, 1);
  });
}

/** Gradients by `a` [rank, in] and `b` [size, rank] of each part, from that by the layer's y [n, out] and its x [n, in]. */
export function lowRankGradients(dy: Tensor, x: Tensor, parts: readonly LowRank[]): Map<string, Tensor> {
  return tidy(() => {
    const gradients = new Map<string, Tensor>();
    for (const part of parts) {
      const seen = dropped(x, part);
      const own = columnsOf(dy, part);
      gradients.set(`${part.name}.b`, matmul(own, matmul(seen, part.a, { transposeB: true }), { transposeA: true }));
      gradients.set(`${part.name}.a`, matmul(matmul(own, part.b), seen, { transposeA: true }));
    }
    return gradients;
  });
}

/** dx [n, in] through the merged weight, with the parts' dropout put right. */
export function dropLowRankGradient(dx: Tensor, dy: Tensor, parts: readonly LowRank[]): Tensor {
  return tidy(() => {
    let sum = dx;
    for (const part of parts) {
      if (part.dropout.rate === 0) continue;
      const through = matmul(matmul(columnsOf(dy, part), part.b), part.a);
      const mask = drawMask(through.shape, part.dropout, part.site);
      sum = add(sum, subtract(applyMask(through, mask, part.dropout.rate), through));
    }
    return sum;
  });
}

/** Drawn again where it is needed again: masks are functions of seed, step and site. */
function dropped(x: Tensor, { dropout, site }: LowRank): Tensor {
  return applyMask(x, drawMask(x.shape, dropout, site), dropout.rate);
}

function columnsOf(dy: Tensor, { from, size }: LowRank): Tensor {
  return size === dy.shape[1] ? dy : sliceColumns(dy, from, size);
}

function inOrder(parts: readonly LowRank[]): LowRank[] {
  return [...parts].sort((a, b) => a.from - b.from);
}
