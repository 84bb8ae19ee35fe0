import { add, concatenate, gatherRows, matmul, multiply, reshape, sliceFirst, sumIntoRows } from '../ops.ts';
import { dispose, tidy, type Tensor } from '../tf.ts';
import { attend, attendGradient, type AttentionCache } from './attention.ts';
import type { BatchTensors } from './batch-tensors.ts';
import type { LayerBottlenecks } from './bottleneck.ts';
import { applyMask, drawMask, type DropoutSource } from './dropout.ts';
import { gelu, geluWithSlope } from './gelu.ts';
import { fromHeadGradients, fromHeads, toHeadGradient, toHeads } from './head-layout.ts';
import { linear, linearParameterGradient } from './linear.ts';
import { dropLowRank, dropLowRankGradient, lowRankGradients, type LowRank } from './low-rank.ts';
import type { LinearName, NormName } from './layer-weights.ts';
import { residualNorm, residualNormGradient, type ResidualNormCache } from './residual-norm.ts';

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

/** What of a layer trains. */
export interface LayerWants {
  /** Weight and bias of these. */
  parameters: ReadonlySet<LinearName | NormName>;
  lowRank: Partial<Record<LinearName, readonly LowRank[]>>;
  bottlenecks: LayerBottlenecks;
  /** Something below this layer trains, so that the gradient by x is needed. */
  below: boolean;
}

export interface LayerSettings {
  heads: number;
  hidden: number;
  layerNormEpsilon: number;
  dropout: DropoutSource;
  /** The first of the three dropout sites of this layer. */
  site: number;
  wants: LayerWants;
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
  attendedNorm: ResidualNormCache;
  /** [r, hidden] */
  middle: Tensor;
  /** [r, intermediate] GELU, and its slope */
  wide: Tensor;
  wideSlope: Tensor;
  narrowMask: Tensor | null;
  narrowNorm: ResidualNormCache;
}

/** x [tokens, hidden] → y [tokens, hidden], in the last layer [batch, hidden]. The cache takes x over, and is null unless training. */
export function forwardLayer(
  x: Tensor,
  w: LayerWeights,
  batch: BatchTensors,
  settings: LayerSettings,
  training: boolean,
): { y: Tensor; cache: LayerCache | null } {
  const { hidden, dropout, site, last, wants } = settings;
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
    const projected = apply('attended', context, w.attendedWeight, w.attendedBias, settings);
    const attendedMask = drawMask(projected.shape, dropout, site + 1);
    const { y: middle, cache: attendedNorm } = residualNorm(
      queryRows ?? x,
      applyMask(projected, attendedMask, dropout.rate),
      { weight: w.attendedNormWeight, bias: w.attendedNormBias, epsilon: settings.layerNormEpsilon },
      wants.bottlenecks.attended,
      training,
    );
    const before = apply('wide', middle, w.wideWeight, w.wideBias, settings);
    const { y: wide, slope: wideSlope } = training ? geluWithSlope(before) : { y: gelu(before), slope: before };
    const narrow = apply('narrow', wide, w.narrowWeight, w.narrowBias, settings);
    const narrowMask = drawMask(narrow.shape, dropout, site + 2);
    const { y, cache: narrowNorm } = residualNorm(
      middle,
      applyMask(narrow, narrowMask, dropout.rate),
      { weight: w.narrowNormWeight, bias: w.narrowNormBias, epsilon: settings.layerNormEpsilon },
      wants.bottlenecks.narrow,
      training,
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

/** A linear layer with its low-rank parts. */
function apply(name: LinearName, x: Tensor, weight: Tensor, bias: Tensor, { wants }: LayerSettings): Tensor {
  return tidy(() => dropLowRank(linear(x, weight, bias), x, wants.lowRank[name] ?? []));
}

function projectHeads(
  x: Tensor,
  queryRows: Tensor | null,
  w: LayerWeights,
  batch: BatchTensors,
  settings: LayerSettings,
): { queries: Tensor; keys: Tensor; values: Tensor } {
  const { heads, hidden } = settings;
  if (queryRows === null) {
    const rows = apply('qkv', x, w.qkvWeight, w.qkvBias, settings);
    const [queries, keys, values] = toHeads(rows, batch, heads, hidden);
    if (queries && keys && values) return { queries, keys, values };
  } else {
    const part = (of: Tensor, from: number, size: number): Tensor => {
      const y = linear(of, sliceFirst(w.qkvWeight, from, size), sliceFirst(w.qkvBias, from, size));
      return dropLowRank(y, of, partsWithin(settings, from, size));
    };
    const query = part(queryRows, 0, hidden);
    const [keys, values] = toHeads(part(x, hidden, 2 * hidden), batch, heads, hidden);
    if (keys && values) return { queries: reshape(query, [batch.size, heads, 1, hidden / heads]), keys, values };
  }
  throw new Error('a head is missing');
}

/** The low-rank parts of query, key and value whose outputs lie within these, counted from there. */
function partsWithin({ wants }: LayerSettings, from: number, size: number): LowRank[] {
  return (wants.lowRank.qkv ?? [])
    .filter((part) => part.from >= from && part.from < from + size)
    .map((part) => ({ ...part, from: part.from - from }));
}

/**
 * Gradients by x, where something below trains, and by what trains of the layer (`qkv.weight`, …, and low-rank parts by their own names), from
 * that by y; dy and the cache are used up.
 */
export function backwardLayer(
  dy: Tensor,
  cache: LayerCache,
  w: LayerWeights,
  batch: BatchTensors,
  settings: LayerSettings,
): { dx: Tensor | null; gradients: Map<string, Tensor> } {
  const { middle, wide, wideSlope, attendedMask, narrowMask, x, queryRows, context } = cache;
  const { dMiddle, gradients } = tidy(() => feedForwardGradients(dy, cache, w, settings));
  dispose(dy, wide, wideSlope, middle);
  const attention =
    dMiddle === null
      ? { dx: null, gradients: new Map<string, Tensor>() }
      : tidy(() => attentionGradients(dMiddle, cache, w, batch, settings));
  dispose(x, context);
  for (const tensor of [dMiddle, queryRows, attendedMask, narrowMask]) if (tensor !== null) dispose(tensor);
  return { dx: attention.dx, gradients: new Map([...gradients, ...attention.gradients]) };
}

type Gradients = Map<string, Tensor>;

/** The stages of a layer, last first; an adapter after a sublayer is part of its norm's stage. */
const STAGES = ['narrow.norm', 'narrow', 'wide', 'attended.norm', 'attended', 'qkv'] as const;

/** Whether this stage, one before it in the layer, or something below the layer wants a gradient. */
function reaches(stage: (typeof STAGES)[number], { below, parameters, lowRank, bottlenecks }: LayerWants): boolean {
  const adapters = Object.keys(bottlenecks).map((sublayer) => `${sublayer}.norm`);
  const wanting = new Set<string>([...parameters, ...Object.keys(lowRank), ...adapters]);
  return below || STAGES.slice(STAGES.indexOf(stage)).some((name) => wanting.has(name));
}

function feedForwardGradients(
  dy: Tensor,
  { narrowNorm, narrowMask, wide, wideSlope, middle }: LayerCache,
  w: LayerWeights,
  settings: LayerSettings,
): { dMiddle: Tensor | null; gradients: Gradients } {
  const gradients: Gradients = new Map();
  const d = backThroughNorm('narrow', dy, w.narrowNormWeight, narrowNorm, settings, gradients);
  if (!reaches('narrow', settings.wants)) return { dMiddle: null, gradients };
  const dNarrow = applyMask(d.dOutput, narrowMask, settings.dropout.rate);
  const dWide = back('narrow', dNarrow, wide, w.narrowWeight, settings, gradients);
  const dBefore = multiply(dWide, wideSlope);
  const dWideInput = back('wide', dBefore, middle, w.wideWeight, settings, gradients);
  if (!reaches('attended.norm', settings.wants)) return { dMiddle: null, gradients };
  return { dMiddle: add(d.dResidual, dWideInput), gradients };
}

function attentionGradients(
  dMiddle: Tensor,
  cache: LayerCache,
  w: LayerWeights,
  batch: BatchTensors,
  settings: LayerSettings,
): { dx: Tensor | null; gradients: Gradients } {
  const { hidden, heads, dropout, wants } = settings;
  const { x, queryRows, context, attendedMask } = cache;
  const gradients: Gradients = new Map();
  const { dResidual, dOutput } = backThroughNorm(
    'attended',
    dMiddle,
    w.attendedNormWeight,
    cache.attendedNorm,
    settings,
    gradients,
  );
  if (!reaches('attended', wants)) return { dx: null, gradients };
  const dProjected = applyMask(dOutput, attendedMask, dropout.rate);
  const dContext = back('attended', dProjected, context, w.attendedWeight, settings, gradients);
  const dAttended =
    queryRows === null
      ? toHeadGradient(dContext, batch, heads, hidden)
      : reshape(dContext, [batch.size, heads, 1, hidden / heads]);
  const d = attendGradient(dAttended, cache.attention, dropout.rate);
  if (queryRows === null) {
    const dRows = fromHeadGradients([d.queries, d.keys, d.values], batch, hidden);
    putParameters('qkv', dRows, x, settings, gradients);
    if (!wants.below) return { dx: null, gradients };
    return { dx: add(dResidual, throughLinear(dRows, w.qkvWeight, wants.lowRank.qkv ?? [])), gradients };
  }
  const dQuery = reshape(d.queries, [batch.size, hidden]);
  const dRows = fromHeadGradients([d.keys, d.values], batch, hidden);
  const ofQuery = partsWithin(settings, 0, hidden);
  const ofRows = partsWithin(settings, hidden, 2 * hidden);
  if (wants.parameters.has('qkv')) {
    const [query, rows] = [linearParameterGradient(dQuery, queryRows), linearParameterGradient(dRows, x)];
    gradients.set('qkv.weight', concatenate([query.dWeight, rows.dWeight]));
    gradients.set('qkv.bias', concatenate([query.dBias, rows.dBias]));
  }
  for (const [name, gradient] of lowRankGradients(dQuery, queryRows, ofQuery)) gradients.set(name, gradient);
  for (const [name, gradient] of lowRankGradients(dRows, x, ofRows)) gradients.set(name, gradient);
  if (!wants.below) return { dx: null, gradients };
  const dFirsts = add(dResidual, throughLinear(dQuery, sliceFirst(w.qkvWeight, 0, hidden), ofQuery));
  const dRest = throughLinear(dRows, sliceFirst(w.qkvWeight, hidden, 2 * hidden), ofRows);
  return { dx: add(dRest, sumIntoRows(dFirsts, batch.firsts, batch.tokens)), gradients };
}

/** The gradient by x of a linear layer, whose own gradients are put where they are wanted. */
function back(
  name: LinearName,
  dy: Tensor,
  x: Tensor,
  weight: Tensor,
  settings: LayerSettings,
  gradients: Gradients,
): Tensor {
  putParameters(name, dy, x, settings, gradients);
  return throughLinear(dy, weight, settings.wants.lowRank[name] ?? []);
}

function putParameters(name: LinearName, dy: Tensor, x: Tensor, { wants }: LayerSettings, gradients: Gradients): void {
  if (wants.parameters.has(name)) {
    const { dWeight, dBias } = linearParameterGradient(dy, x);
    gradients.set(`${name}.weight`, dWeight).set(`${name}.bias`, dBias);
  }
  for (const [key, gradient] of lowRankGradients(dy, x, wants.lowRank[name] ?? [])) gradients.set(key, gradient);
}

function throughLinear(dy: Tensor, weight: Tensor, parts: readonly LowRank[]): Tensor {
  return tidy(() => dropLowRankGradient(matmul(dy, weight), dy, parts));
}

/** The gradients by a sublayer's output and by its residual, from that by the norm of their sum; the norm's own are put where they are wanted. */
function backThroughNorm(
  name: 'attended' | 'narrow',
  dy: Tensor,
  weight: Tensor,
  cache: ResidualNormCache,
  { wants }: LayerSettings,
  gradients: Gradients,
): { dResidual: Tensor; dOutput: Tensor } {
  const own = `${name}.norm` as const;
  const d = residualNormGradient(dy, weight, cache, wants.bottlenecks[name], wants.parameters.has(own));
  const { dResidual, dOutput, dWeight, dBias } = d;
  if (dWeight !== null && dBias !== null) gradients.set(`${own}.weight`, dWeight).set(`${own}.bias`, dBias);
  for (const [key, gradient] of d.gradients) gradients.set(key, gradient);
  return { dResidual, dOutput };
}
