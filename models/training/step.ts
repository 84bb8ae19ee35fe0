import { AssayError } from '../../contracts/errors.ts';
import { uploadBatch } from '../encoder/batch-tensors.ts';
import { packBatch } from '../encoder/batch.ts';
import { backward, forward } from '../encoder/bert.ts';
import type { BertConfig } from '../encoder/bert-config.ts';
import { weightedCrossEntropy } from '../encoder/loss.ts';
import { tidy } from '../tf.ts';
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
  seed: number;
}

/** One optimizer step: the batch's mean loss and the norm of its gradient. Throws LOSS_NOT_FINITE, OUT_OF_MEMORY; weights are then as before. */
export function trainStep(input: StepInput, settings: StepSettings): { loss: number; gradientNorm: number } {
  const { step, texts, labels, ids, learningRate } = input;
  const { config, model, rowOf, classWeights, dropout, seed } = settings;
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
      const gradients = model.tuning.collect(
        backward(dLogits, cache, config, weights, batch, source, wanted),
        now.trained,
      );
      now.dispose();
      const gradientNorm = model.optimizer.step(gradients, learningRate, step);
      if (!Number.isFinite(gradientNorm)) throw notFinite(gradientNorm);
      return { loss, gradientNorm };
    });
  } catch (error) {
    if (error instanceof Error && /OOM|out of memory|allocat/i.test(error.message))
      throw new AssayError('OUT_OF_MEMORY', { step, problem: error.message }, { cause: error });
    throw error;
  }
}
