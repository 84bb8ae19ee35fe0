import { add, biasGradient, gatherRows, matmul, reshape, sliceFirst, sumIntoRows, tanh, tanhGradient } from '../ops.ts';
import { dispose, tidy, upload, type Tensor } from '../tf.ts';
import type { BatchTensors } from './batch-tensors.ts';
import type { BertConfig } from './bert-config.ts';
import { applyMask, drawMask, type DropoutSource } from './dropout.ts';
import { backwardLayer, forwardLayer, type LayerCache, type LayerSettings, type LayerWants } from './layer.ts';
import { layerNorm, layerNormGradient, type LayerNormCache } from './layer-norm.ts';
import { LINEARS, layerWeights, weight, type LinearName, type NormName, type Weights } from './layer-weights.ts';
import { linear, linearParameterGradient } from './linear.ts';
import { WORDS } from './parameters.ts';
import { lowestLayer, type Beside, type Wanted } from './wanted.ts';

/** What the backward pass needs. Given to `backward` once. */
export interface BertCache {
  embeddingNorm: LayerNormCache;
  embeddingMask: Tensor | null;
  /** Of the layers from the lowest that trains upwards; null below. */
  layers: (LayerCache | null)[];
  /** [batch, hidden] */
  first: Tensor;
  pooled: Tensor;
  pooledMask: Tensor | null;
  pooledDropped: Tensor;
}

const NO_DROPOUT: DropoutSource = { rate: 0, seed: 0, step: 0 };
const NOTHING: Wanted = { parameters: new Set(), lowRank: [] };

/**
 * A BERT encoder (Devlin et al., 2019) with its pooler and a linear classifier: pooled [batch, hidden] and logits [batch, classes], without
 * dropout. The caller owns both.
 */
export function predict(
  config: BertConfig,
  weights: Weights,
  batch: BatchTensors,
  beside: Beside = {},
): { pooled: Tensor; logits: Tensor } {
  // Of what training wants, low-rank parts stand here only for their dropout.
  const parts: Wanted = { ...NOTHING, ...beside, lowRank: [] };
  return tidy(() => {
    let x = tidy(() => embed(config, weights, batch).y);
    for (let i = 0; i < config.layers; i++) {
      const { y } = forwardLayer(
        x,
        layerWeights(weights, i),
        batch,
        layerSettings(config, NO_DROPOUT, i, parts),
        false,
      );
      dispose(x);
      x = y;
    }
    const pooled = tanh(linear(x, weight(weights, 'pooler.weight'), weight(weights, 'pooler.bias')));
    return { pooled, logits: classify(weights, pooled) };
  });
}

/**
 * The same for training: logits [batch, classes], and what `backward` needs. Below the lowest layer that trains nothing is dropped out: what comes
 * from there is the same in every epoch.
 */
export function forward(
  config: BertConfig,
  weights: Weights,
  batch: BatchTensors,
  dropout: DropoutSource,
  wanted: Wanted,
): { logits: Tensor; cache: BertCache } {
  const lowest = lowestLayer(wanted, config.layers);
  return tidy(() => {
    const embedded = embed(config, weights, batch);
    const embeddingMask = lowest < 0 ? drawMask(embedded.y.shape, dropout, 0) : null;
    let x = applyMask(embedded.y, embeddingMask, dropout.rate);
    if (x !== embedded.y) dispose(embedded.y);
    const layers: (LayerCache | null)[] = [];
    for (let i = 0; i < config.layers; i++) {
      const trains = i >= lowest;
      const settings = layerSettings(config, trains ? dropout : NO_DROPOUT, i, wanted);
      const { y, cache } = forwardLayer(x, layerWeights(weights, i), batch, settings, trains);
      if (cache === null) dispose(x);
      layers.push(cache);
      x = y;
    }
    const pooled = tanh(linear(x, weight(weights, 'pooler.weight'), weight(weights, 'pooler.bias')));
    const pooledMask = drawMask(pooled.shape, dropout, 1 + 3 * config.layers);
    const pooledDropped = applyMask(pooled, pooledMask, dropout.rate);
    const cache: BertCache = {
      embeddingNorm: embedded.norm,
      embeddingMask,
      layers,
      first: x,
      pooled,
      pooledMask,
      pooledDropped,
    };
    return { logits: classify(weights, pooledDropped), cache };
  });
}

/** Gradients of what is wanted, by name, from those of the logits [batch, classes]. Uses the cache up; the caller owns the gradients. */
export function backward(
  dLogits: Tensor,
  cache: BertCache,
  config: BertConfig,
  weights: Weights,
  batch: BatchTensors,
  dropout: DropoutSource,
  wanted: Wanted,
): Map<string, Tensor> {
  return tidy(() => {
    const gradients = new Map<string, Tensor>();
    const put = (name: string, dy: Tensor, x: Tensor): void => {
      if (!wanted.parameters.has(`${name}.weight`)) return;
      const { dWeight, dBias } = linearParameterGradient(dy, x);
      gradients.set(`${name}.weight`, dWeight).set(`${name}.bias`, dBias);
    };
    put('classifier', dLogits, cache.pooledDropped);
    const dPooled = applyMask(matmul(dLogits, weight(weights, 'classifier.weight')), cache.pooledMask, dropout.rate);
    const dBefore = tanhGradient(cache.pooled, dPooled);
    put('pooler', dBefore, cache.first);
    const lowest = lowestLayer(wanted, config.layers);
    let dx: Tensor | null = lowest < config.layers ? matmul(dBefore, weight(weights, 'pooler.weight')) : null;
    for (let i = config.layers - 1; i >= Math.max(0, lowest); i--) {
      const layer = cache.layers[i];
      if (layer === undefined || layer === null || dx === null) throw new Error('the forward pass kept fewer layers');
      const settings = layerSettings(config, dropout, i, wanted);
      const result = backwardLayer(dx, layer, layerWeights(weights, i), batch, settings);
      for (const [name, gradient] of result.gradients) gradients.set(ownName(name, i), gradient);
      dx = result.dx;
    }
    if (dx !== null && lowest < 0) embeddingGradients(dx, cache, config, weights, batch, dropout, gradients);
    const { first, pooled, pooledMask, pooledDropped, embeddingMask } = cache;
    dispose(...new Set([first, pooled, pooledDropped]));
    for (const mask of [pooledMask, embeddingMask]) if (mask !== null) dispose(mask);
    return gradients;
  });
}

function embeddingGradients(
  dx: Tensor,
  { embeddingMask, embeddingNorm }: BertCache,
  config: BertConfig,
  weights: Weights,
  batch: BatchTensors,
  dropout: DropoutSource,
  gradients: Map<string, Tensor>,
): void {
  const dNormed = applyMask(dx, embeddingMask, dropout.rate);
  const norm = layerNormGradient(dNormed, weight(weights, 'embeddings.norm.weight'), embeddingNorm);
  if (norm.dWeight !== null && norm.dBias !== null)
    gradients.set('embeddings.norm.weight', norm.dWeight).set('embeddings.norm.bias', norm.dBias);
  const rows = weight(weights, WORDS).shape[0] ?? 0;
  gradients.set(WORDS, sumIntoRows(norm.dx, batch.words, rows));
  gradients.set('embeddings.position', sumIntoRows(norm.dx, batch.positions, config.positions));
  const allTokens = reshape(biasGradient(norm.dx), [1, config.hidden]);
  gradients.set('embeddings.type', sumIntoRows(allTokens, upload([1], Int32Array.of(0)), config.types));
}

/** Parameters of a layer are named within it; low-rank parts have names of their own already. */
function ownName(name: string, layer: number): string {
  return name.startsWith('layer.') ? name : `layer.${String(layer)}.${name}`;
}

/** Word, position and type embeddings (type 0: one text), summed and normalised: [tokens, hidden] */
function embed(config: BertConfig, weights: Weights, batch: BatchTensors): { y: Tensor; norm: LayerNormCache } {
  return tidy(() => {
    const words = gatherRows(weight(weights, WORDS), batch.words);
    const positions = gatherRows(weight(weights, 'embeddings.position'), batch.positions);
    const type = reshape(sliceFirst(weight(weights, 'embeddings.type'), 0, 1), [config.hidden]);
    const { y, cache } = layerNorm(
      add(add(words, positions), type),
      weight(weights, 'embeddings.norm.weight'),
      weight(weights, 'embeddings.norm.bias'),
      config.layerNormEpsilon,
    );
    return { y, norm: cache };
  });
}

function classify(weights: Weights, pooled: Tensor): Tensor {
  return linear(pooled, weight(weights, 'classifier.weight'), weight(weights, 'classifier.bias'));
}

function layerSettings(config: BertConfig, dropout: DropoutSource, layer: number, wanted: Wanted): LayerSettings {
  const { heads, hidden, layerNormEpsilon, layers } = config;
  const wants = wantsOf(wanted, layer, layers);
  return { heads, hidden, layerNormEpsilon, dropout, site: 1 + 3 * layer, wants, last: layer === layers - 1 };
}

function wantsOf(wanted: Wanted, layer: number, layers: number): LayerWants {
  const groups: readonly (LinearName | NormName)[] = [...LINEARS, 'attended.norm', 'narrow.norm'];
  return {
    parameters: new Set(groups.filter((name) => wanted.parameters.has(`layer.${String(layer)}.${name}.weight`))),
    lowRank: wanted.lowRank[layer] ?? {},
    bottlenecks: wanted.bottlenecks?.[layer] ?? {},
    below: lowestLayer(wanted, layers) < layer,
  };
}
