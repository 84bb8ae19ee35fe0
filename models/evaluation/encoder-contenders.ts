import type { ComputeHooks, ComputeJob } from '../../contracts/training.ts';
import { trainSoftmaxHead } from '../baselines/softmax-head.ts';
import { loadClassifier } from '../classifier.ts';
import { softmaxRows } from '../metrics/softmax.ts';
import type { EvaluationRows, PartRows } from './read-examples.ts';
import type { Stages } from './stages.ts';

type EvaluateJob = Extract<ComputeJob, { kind: 'evaluate' }>;

/** Rows that go through an encoder, all contenders together: the unit of progress. */
export function countPasses({ train, dev, test }: EvaluationRows): number {
  return train.ids.length + dev.ids.length + 3 * test.ids.length;
}

/**
 * Both ways of "before", from one load of the base model: its head as initialised from the seed, and a head trained on the features of its
 * frozen encoder, which are computed once a row. Probabilities are [test rows × classes].
 */
export async function predictUntouchedAndFrozen(
  { config, baseModelDir }: EvaluateJob,
  { train, dev, test }: EvaluationRows,
  stages: Stages,
  hooks: ComputeHooks,
): Promise<{ untouched: Float64Array; frozen: Float64Array; headEpochs: number }> {
  const classes = config.task.classes.length;
  const { maxLength, batchSize, seed } = config;
  const classifier = await loadClassifier({ dir: baseModelDir, classes, seed, dropout: 0 });
  try {
    const logits = await classifier.predict(test.texts, {
      maxLength,
      batchSize,
      progress: stages.begin('testing the untouched model', test.ids.length),
    });
    const featuresOf = async (part: PartRows, name: string) => ({
      labels: part.labels,
      features: await classifier.features(part.texts, {
        maxLength,
        batchSize,
        progress: stages.begin(`features of the frozen encoder, ${name} rows`, part.ids.length),
      }),
    });
    const trainFeatures = await featuresOf(train, 'training');
    const devFeatures = await featuresOf(dev, 'dev');
    const testFeatures = await featuresOf(test, 'test');
    await hooks.breathe();
    const head = trainSoftmaxHead({
      train: trainFeatures,
      dev: devFeatures,
      dimensions: trainFeatures.features.length / train.ids.length,
      classes,
      epochs: config.headEpochs,
      learningRate: config.headLearningRate,
      batchSize,
      seed,
    });
    return {
      untouched: softmaxRows(logits, classes),
      frozen: head.predict(testFeatures.features),
      headEpochs: head.epochs,
    };
  } finally {
    classifier.dispose();
  }
}

/** Probabilities [test rows × classes] of the fine-tuned model. */
export async function predictFinetuned(
  { config, modelDir }: EvaluateJob,
  { test }: EvaluationRows,
  stages: Stages,
): Promise<Float64Array> {
  const classes = config.task.classes.length;
  const { maxLength, batchSize, seed } = config;
  const classifier = await loadClassifier({ dir: modelDir, classes, seed, dropout: 0 });
  try {
    const progress = stages.begin('testing the fine-tuned model', test.ids.length);
    return softmaxRows(await classifier.predict(test.texts, { maxLength, batchSize, progress }), classes);
  } finally {
    classifier.dispose();
  }
}
