import { AssayError } from '../contracts/errors.ts';
import { uploadBatch } from './encoder/batch-tensors.ts';
import { packBatch } from './encoder/batch.ts';
import { predict } from './encoder/bert.ts';
import { readBertConfig, type BertConfig } from './encoder/bert-config.ts';
import type { Weights } from './encoder/layer-weights.ts';
import { describeParameters } from './encoder/parameters.ts';
import { loadWeights } from './encoder/weights.ts';
import type { Beside } from './encoder/wanted.ts';
import { loadTokenizer } from './tokenizer.ts';
import { dispose, download, tidy, upload, type Tensor } from './tf.ts';
import { loadBeside } from './tuning/saved.ts';

export interface PredictOptions {
  /** Tokens a text, special tokens included. */
  maxLength: number;
  batchSize: number;
  /** Called after each batch. */
  progress?: (done: number, total: number) => void;
}

export interface Classifier {
  /** Logits [texts, classes], in the order of the texts. Throws SEQUENCE_TOO_LONG. */
  predict(texts: readonly string[], options: PredictOptions): Promise<Float32Array>;
  /** What the head sees [texts, hidden]: the pooled first token, without dropout. Throws SEQUENCE_TOO_LONG. */
  features(texts: readonly string[], options: PredictOptions): Promise<Float32Array>;
  parameters: { total: number; hidden: number; classes: number };
  architecture: string;
  /** True when the folder had no classifier (or pooler), which was then drawn from the seed. */
  headInitialised: boolean;
  dispose(): void;
}

/**
 * Loads a Hugging Face folder (config.json, model.safetensors, tokenizer.json), with what `adapter/` in it adds to the model, for prediction;
 * `openDevice` comes before. Nothing is dropped out in prediction, whatever `dropout` says. Throws MODEL_FILE_UNREADABLE, MODEL_NOT_SUPPORTED, MODEL_WEIGHTS_MISMATCH, TOKENIZER_MISMATCH.
 */
export async function loadClassifier(options: {
  dir: string;
  classes: number;
  seed: number;
  dropout: number;
}): Promise<Classifier> {
  const { dir, classes, seed } = options;
  const config = await readBertConfig(dir);
  const tokenizer = await loadTokenizer(dir, config.vocabulary);
  const weights = new Map<string, Tensor>();
  const specs = describeParameters(config, classes);
  const headInitialised = loadWeights(dir, specs, seed, ({ name, shape }, values) => {
    weights.set(name, upload(shape, values));
  });
  const added = loadBeside(dir, config);
  const run = (
    texts: readonly string[],
    output: 'logits' | 'pooled',
    options: PredictOptions,
  ): Promise<Float32Array> => {
    refuseTooLong(options.maxLength, config);
    const encoded = texts.map((text) => tokenizer.encode(text, options.maxLength).ids);
    return predictTokens(encoded, { config, weights, beside: added.beside, output, ...options });
  };
  return {
    predict: (texts, predictOptions) => run(texts, 'logits', predictOptions),
    features: (texts, predictOptions) => run(texts, 'pooled', predictOptions),
    parameters: {
      total: added.parameters + specs.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0),
      hidden: config.hidden,
      classes,
    },
    architecture: config.architecture,
    headInitialised,
    dispose() {
      dispose(...weights.values());
      weights.clear();
      added.dispose();
    },
  };
}

export function refuseTooLong(maxLength: number, { positions }: BertConfig): void {
  if (maxLength > positions) throw new AssayError('SEQUENCE_TOO_LONG', { maxLength, positions });
}

/** Logits or pooled rows of tokenized texts, in their order; batches hold texts of like length, so that little is padding. */
export async function predictTokens(
  texts: readonly ArrayLike<number>[],
  options: {
    config: BertConfig;
    weights: Weights;
    /** What takes part beside the weights. */
    beside?: Beside;
    output: 'logits' | 'pooled';
    batchSize: number;
    rowOf?: Int32Array;
    progress?: (done: number, total: number) => void;
  },
): Promise<Float32Array> {
  const { config, weights, beside, output, batchSize, rowOf, progress } = options;
  const order = Array.from(texts.keys()).sort((a, b) => (texts[b]?.length ?? 0) - (texts[a]?.length ?? 0) || a - b);
  let result = new Float32Array(0);
  for (let start = 0; start < order.length; start += batchSize) {
    const rows = order.slice(start, start + batchSize);
    const batch = packBatch(
      rows.map((row) => texts[row] ?? []),
      rowOf,
    );
    const values = tidy(() => download(predict(config, weights, uploadBatch(batch), beside)[output]));
    const width = values.length / rows.length;
    if (start === 0) result = new Float32Array(texts.length * width);
    rows.forEach((row, i) => {
      result.set(values.subarray(i * width, (i + 1) * width), row * width);
    });
    progress?.(Math.min(start + batchSize, order.length), order.length);
    // The library's calls block: messages and timers of the process get their turn here.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return result;
}
