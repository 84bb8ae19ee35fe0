import { AssayError } from '../../contracts/errors.ts';
import { uploadBatch } from '../encoder/batch-tensors.ts';
import { packBatch } from '../encoder/batch.ts';
import { backward, forward } from '../encoder/bert.ts';
import type { BertConfig } from '../encoder/bert-config.ts';
import { weightedCrossEntropy } from '../encoder/loss.ts';
import { download, tidy, type Tensor } from '../tf.ts';
import { clipFactor } from './optimizer.ts';
import { assembleWeights, type TunedModel } from './model-weights.ts';

export interface StepInput {
  /** From 1. */
  step: number;
  texts: readonly ArrayLike<number>[];
  labels: readonly number[];
  /** Raw row ids, for messages. */
  ids: readonly number[];
  learningRate: number;
}

export interface StepSettings {
  config: BertConfig;
  model: TunedModel;
  rowOf: Int32Array;
  classWeights: Float32Array;
  dropout: number;
  maxGradientNorm: number;
  seed: number;
}

/** One optimizer step: the batch's mean loss and the norm of its gradient. Throws LOSS_NOT_FINITE, OUT_OF_MEMORY; weights are then as before. */
export function trainStep(input: StepInput, settings: StepSettings): { loss: number; gradientNorm: number } {
  const { step, texts, labels, ids, learningRate } = input;
  const { config, model, rowOf, classWeights, dropout, maxGradientNorm, seed } = settings;
  const notFinite = (loss: number): AssayError =>
    new AssayError('LOSS_NOT_FINITE', { step, loss: String(loss), rows: ids });
  try {
    return tidy(() => {
      const batch = uploadBatch(packBatch(texts, rowOf));
      const now = assembleWeights(model, { seed, step });
      const { weights, wanted } = now;
      const source = { rate: dropout, seed, step };
      const { logits, cache } = forward(config, weights, batch, source, wanted);
      const { loss, dLogits } = weightedCrossEntropy(logits, labels, classWeights);
      if (!Number.isFinite(loss)) throw notFinite(loss);
      const { tuning, optimizer } = model;
      const gradients = tuning.collect(backward(dLogits, cache, config, weights, batch, source, wanted), now.trained);
      tuning.follower?.penalise(gradients, now.trained);
      now.dispose();
      const gradientNorm = optimizer.step(gradients, learningRate, step);
      if (!Number.isFinite(gradientNorm)) throw notFinite(gradientNorm);
      const clip = clipFactor(gradientNorm, maxGradientNorm);
      tuning.follower?.after(step, (name) => clipped(gradients, name, clip), {
        read: (name) => optimizer.read(name, 'weights'),
        write: (name, values) => {
          optimizer.write(name, values);
        },
      });
      return { loss, gradientNorm };
    });
  } catch (error) {
    if (error instanceof Error && /OOM|out of memory|allocat/i.test(error.message))
      throw new AssayError('OUT_OF_MEMORY', { step, problem: error.message }, { cause: error });
    throw error;
  }
}

function clipped(gradients: ReadonlyMap<string, Tensor>, name: string, factor: number): Float32Array {
  const gradient = gradients.get(name);
  if (gradient === undefined) throw new Error(`there is no gradient of ${name}`);
  const values = download(gradient);
  return factor < 1 ? values.map((value) => value * factor) : values;
}
