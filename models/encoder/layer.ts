import { add, concatenate, gatherRows, matmul, multiply, reshape, sliceFirst, sumIntoRows } from '../ops.ts';
import { dispose, tidy, type Tensor } from '../tf.ts';
import { attend, attendGradient, type AttentionCache } from './attention.ts';
import type { BatchTensors } from './batch-tensors.ts';
import { applyMask, drawMask, type DropoutSource } from './dropout.ts';
import { gelu, geluWithSlope } from './gelu.ts';
import { fromHeadGradients, fromHeads, toHeadGradient, toHeads } from './head-layout.ts';
import { layerNorm, layerNormGradient, type LayerNormCache } from './layer-norm.ts';
import { linear, linearParameterGradient } from './linear.ts';

/** The trained tensors of one Transformer layer; weights are [out, in]. */
export interface LayerWeights {
  qkvWeight: Tensor;
  qkvBias: Tensor;
  attendedWeight: Tensor;
  attendedBias: Tensor;
  attendedNormWeight: Tensor;
  attendedNormBias: Tensor;
  wideWeight: Tensor;
  wideBias: Tensor;
  narrowWeight: Tensor;
  narrowBias: Tensor;
  narrowNormWeight: Tensor;
  narrowNormBias: Tensor;
}
export type LayerGradients = LayerWeights;

export interface LayerSettings {
  heads: number;
  hidden: number;
  layerNormEpsilon: number;
  dropout: DropoutSource;
  /** The first of the three dropout sites of this layer. */
  site: number;
  /** Of the last layer only the first token of each text is read, so only its query, and only its rows after attention, are computed. */
  last: boolean;
}

/** What the backward pass needs; r is the rows after attention: all tokens, or one a text in the last layer. */
export interface LayerCache {
  attention: AttentionCache;
  /** [tokens, hidden] */
  x: Tensor;
  /** [r, hidden] the rows of x that stand for the queries; null when they are x */
  queryRows: Tensor | null;
  /** [r, hidden] */
  context: Tensor;
  attendedMask: Tensor | null;
  attendedNorm: LayerNormCache;
  /** [r, hidden] */
  middle: Tensor;
  /** [r, intermediate] GELU, and its slope */
  wide: Tensor;
  wideSlope: Tensor;
  narrowMask: Tensor | null;
  narrowNorm: LayerNormCache;
}

/** x [tokens, hidden] → y [tokens, hidden], in the last layer [batch, hidden]. The cache takes x over, and is null unless training. */
export function forwardLayer(
  x: Tensor,
  w: LayerWeights,
  batch: BatchTensors,
  settings: LayerSettings,
  training: boolean,
): { y: Tensor; cache: LayerCache | null } {
  const { hidden, layerNormEpsilon, dropout, site, last } = settings;
  return tidy(() => {
    const queryRows = last ? gatherRows(x, batch.firsts) : null;
    const attention = attend(
      projectHeads(x, queryRows, w, batch, settings),
      batch.padding?.keyBias ?? null,
      dropout,
      site,
    );
    const context = last
      ? reshape(attention.attended, [batch.size, hidden])
      : fromHeads(attention.attended, batch, hidden);
    const projected = linear(context, w.attendedWeight, w.attendedBias);
    const attendedMask = drawMask(projected.shape, dropout, site + 1);
    const { y: middle, cache: attendedNorm } = layerNorm(
      add(queryRows ?? x, applyMask(projected, attendedMask, dropout.rate)),
      w.attendedNormWeight,
      w.attendedNormBias,
      layerNormEpsilon,
    );
    const before = linear(middle, w.wideWeight, w.wideBias);
    const { y: wide, slope: wideSlope } = training ? geluWithSlope(before) : { y: gelu(before), slope: before };
    const narrow = linear(wide, w.narrowWeight, w.narrowBias);
    const narrowMask = drawMask(narrow.shape, dropout, site + 2);
    const { y, cache: narrowNorm } = layerNorm(
      add(middle, applyMask(narrow, narrowMask, dropout.rate)),
      w.narrowNormWeight,
      w.narrowNormBias,
      layerNormEpsilon,
    );
    if (!training) return { y, cache: null };
    const cache = {
      attention,
      x,
      queryRows,
      context,
      attendedMask,
      attendedNorm,
      middle,
      wide,
      wideSlope,
      narrowMask,
      narrowNorm,
    };
    return { y, cache };
  });
}

function projectHeads(
  x: Tensor,
  queryRows: Tensor | null,
  w: LayerWeights,
  batch: BatchTensors,
  { heads, hidden }: LayerSettings,
): { queries: Tensor; keys: Tensor; values: Tensor } {
  if (queryRows === null) {
    const [queries, keys, values] = toHeads(linear(x, w.qkvWeight, w.qkvBias), batch, heads, hidden);
    if (queries && keys && values) return { queries, keys, values };
  } else {
    const query = linear(queryRows, sliceFirst(w.qkvWeight, 0, hidden), sliceFirst(w.qkvBias, 0, hidden));
    const keysAndValues = linear(
      x,
      sliceFirst(w.qkvWeight, hidden, 2 * hidden),
      sliceFirst(w.qkvBias, hidden, 2 * hidden),
    );
    const [keys, values] = toHeads(keysAndValues, batch, heads, hidden);
    if (keys && values) return { queries: reshape(query, [batch.size, heads, 1, hidden / heads]), keys, values };
  }
  throw new Error('a head is missing');
}

/** Gradients by x and by every weight, from that by y; dy and the cache are used up. */
export function backwardLayer(
  dy: Tensor,
  cache: LayerCache,
  w: LayerWeights,
  batch: BatchTensors,
  settings: LayerSettings,
): { dx: Tensor; gradients: LayerGradients } {
  const { hidden, heads, dropout } = settings;
  const { x, queryRows, context, middle, wide, wideSlope, attendedMask, narrowMask } = cache;
  const feedForward = tidy(() => {
    const { dx: dSum, dWeight, dBias } = layerNormGradient(dy, w.narrowNormWeight, cache.narrowNorm);
    const dNarrow = applyMask(dSum, narrowMask, dropout.rate);
    const narrow = linearParameterGradient(dNarrow, wide);
    const dBefore = multiply(matmul(dNarrow, w.narrowWeight), wideSlope);
    const widened = linearParameterGradient(dBefore, middle);
    const dMiddle = add(dSum, matmul(dBefore, w.wideWeight));
    return {
      dMiddle,
      gradients: {
        narrowNormWeight: dWeight,
        narrowNormBias: dBias,
        narrowWeight: narrow.dWeight,
        narrowBias: narrow.dBias,
        wideWeight: widened.dWeight,
        wideBias: widened.dBias,
      },
    };
  });
  dispose(dy, wide, wideSlope, middle);
  const attention = tidy(() => {
    const {
      dx: dSum,
      dWeight,
      dBias,
    } = layerNormGradient(feedForward.dMiddle, w.attendedNormWeight, cache.attendedNorm);
    const dProjected = applyMask(dSum, attendedMask, dropout.rate);
    const attended = linearParameterGradient(dProjected, context);
    const dContext = matmul(dProjected, w.attendedWeight);
    const dAttended =
      queryRows === null
        ? toHeadGradient(dContext, batch, heads, hidden)
        : reshape(dContext, [batch.size, heads, 1, hidden / heads]);
    const d = attendGradient(dAttended, cache.attention, dropout.rate);
    let dx: Tensor;
    let qkv: { dWeight: Tensor; dBias: Tensor };
    if (queryRows === null) {
      const dRows = fromHeadGradients([d.queries, d.keys, d.values], batch, hidden);
      qkv = linearParameterGradient(dRows, x);
      dx = add(dSum, matmul(dRows, w.qkvWeight));
    } else {
      const dQuery = reshape(d.queries, [batch.size, hidden]);
      const dRows = fromHeadGradients([d.keys, d.values], batch, hidden);
      const ofQuery = linearParameterGradient(dQuery, queryRows);
      const ofRows = linearParameterGradient(dRows, x);
      qkv = {
        dWeight: concatenate([ofQuery.dWeight, ofRows.dWeight]),
        dBias: concatenate([ofQuery.dBias, ofRows.dBias]),
      };
      const dFirsts = add(dSum, matmul(dQuery, sliceFirst(w.qkvWeight, 0, hidden)));
      dx = add(
        matmul(dRows, sliceFirst(w.qkvWeight, hidden, 2 * hidden)),
        sumIntoRows(dFirsts, batch.firsts, batch.tokens),
      );
    }
    return {
      dx,
      gradients: {
        attendedNormWeight: dWeight,
        attendedNormBias: dBias,
        attendedWeight: attended.dWeight,
        attendedBias: attended.dBias,
        qkvWeight: qkv.dWeight,
        qkvBias: qkv.dBias,
      },
    };
  });
  dispose(feedForward.dMiddle, x, context);
  for (const tensor of [queryRows, attendedMask, narrowMask]) if (tensor !== null) dispose(tensor);
  return { dx: attention.dx, gradients: { ...feedForward.gradients, ...attention.gradients } };
}
