import { add, biasGradient, gatherRows, matmul, reshape, sliceFirst, sumIntoRows, tanh, tanhGradient } from '../ops.ts';
import { dispose, tidy, upload, type Tensor } from '../tf.ts';
import type { BatchTensors } from './batch-tensors.ts';
import type { BertConfig } from './bert-config.ts';
import { applyMask, drawMask, type DropoutSource } from './dropout.ts';
import { backwardLayer, forwardLayer, type LayerCache, type LayerGradients, type LayerSettings } from './layer.ts';
import { layerNorm, layerNormGradient, type LayerNormCache } from './layer-norm.ts';
import { layerWeights, putLayerGradients, weight, type Weights } from './layer-weights.ts';
import { linear, linearParameterGradient } from './linear.ts';
import { WORDS } from './parameters.ts';

/** What the backward pass needs. Given to `backward` once. */
export interface BertCache {
  embeddingNorm: LayerNormCache;
  embeddingMask: Tensor | null;
  layers: LayerCache[];
  /** [batch, hidden] */
  first: Tensor;
  pooled: Tensor;
  pooledMask: Tensor | null;
  pooledDropped: Tensor;
}

const NO_DROPOUT: DropoutSource = { rate: 0, seed: 0, step: 0 };

/**
 * A BERT encoder (Devlin et al., 2019) with its pooler and a linear classifier: pooled [batch, hidden] and logits [batch, classes], without
 * dropout. The caller owns both.
 */
export function predict(config: BertConfig, weights: Weights, batch: BatchTensors): { pooled: Tensor; logits: Tensor } {
  return tidy(() => {
    let x = tidy(() => embed(config, weights, batch).y);
    for (let i = 0; i < config.layers; i++) {
      const { y } = forwardLayer(x, layerWeights(weights, i), batch, layerSettings(config, NO_DROPOUT, i), false);
      dispose(x);
      x = y;
    }
    const pooled = tanh(linear(x, weight(weights, 'pooler.weight'), weight(weights, 'pooler.bias')));
    return { pooled, logits: classify(weights, pooled) };
  });
}

/** The same for training: logits [batch, classes], and what `backward` needs. */
export function forward(
  config: BertConfig,
  weights: Weights,
  batch: BatchTensors,
  dropout: DropoutSource,
): { logits: Tensor; cache: BertCache } {
  return tidy(() => {
    const embedded = embed(config, weights, batch);
    const embeddingMask = drawMask(embedded.y.shape, dropout, 0);
    let x = applyMask(embedded.y, embeddingMask, dropout.rate);
    if (x !== embedded.y) dispose(embedded.y);
    const layers: LayerCache[] = [];
    for (let i = 0; i < config.layers; i++) {
      const { y, cache } = forwardLayer(x, layerWeights(weights, i), batch, layerSettings(config, dropout, i), true);
      if (cache !== null) layers.push(cache);
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

/** Gradients of every parameter, by name, from those of the logits [batch, classes]. Uses the cache up; the caller owns the gradients. */
export function backward(
  dLogits: Tensor,
  cache: BertCache,
  config: BertConfig,
  weights: Weights,
  batch: BatchTensors,
  dropout: DropoutSource,
): Map<string, Tensor> {
  return tidy(() => {
    const gradients = new Map<string, Tensor>();
    const put = (name: string, { dWeight, dBias }: { dWeight: Tensor; dBias: Tensor }): void => {
      gradients.set(`${name}.weight`, dWeight).set(`${name}.bias`, dBias);
    };
    put('classifier', linearParameterGradient(dLogits, cache.pooledDropped));
    const dPooled = applyMask(matmul(dLogits, weight(weights, 'classifier.weight')), cache.pooledMask, dropout.rate);
    const dBefore = tanhGradient(cache.pooled, dPooled);
    put('pooler', linearParameterGradient(dBefore, cache.first));
    let dx = matmul(dBefore, weight(weights, 'pooler.weight'));
    for (let i = config.layers - 1; i >= 0; i--) {
      const layer = cache.layers[i];
      if (layer === undefined) throw new Error('the forward pass kept fewer layers');
      const settings = layerSettings(config, dropout, i);
      const result: { dx: Tensor; gradients: LayerGradients } = backwardLayer(
        dx,
        layer,
        layerWeights(weights, i),
        batch,
        settings,
      );
      putLayerGradients(gradients, i, result.gradients);
      dx = result.dx;
    }
    const embedding = layerNormGradient(
      applyMask(dx, cache.embeddingMask, dropout.rate),
      weight(weights, 'embeddings.norm.weight'),
      cache.embeddingNorm,
    );
    put('embeddings.norm', embedding);
    const rows = weight(weights, WORDS).shape[0] ?? 0;
    gradients.set(WORDS, sumIntoRows(embedding.dx, batch.words, rows));
    gradients.set('embeddings.position', sumIntoRows(embedding.dx, batch.positions, config.positions));
    const allTokens = reshape(biasGradient(embedding.dx), [1, config.hidden]);
    gradients.set('embeddings.type', sumIntoRows(allTokens, upload([1], Int32Array.of(0)), config.types));
    const { first, pooled, pooledMask, pooledDropped, embeddingMask } = cache;
    dispose(...new Set([first, pooled, pooledDropped]));
    for (const mask of [pooledMask, embeddingMask]) if (mask !== null) dispose(mask);
    return gradients;
  });
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

function layerSettings(config: BertConfig, dropout: DropoutSource, layer: number): LayerSettings {
  const { heads, hidden, layerNormEpsilon, layers } = config;
  return { heads, hidden, layerNormEpsilon, dropout, site: 1 + 3 * layer, last: layer === layers - 1 };
}
