import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../contracts/errors.ts';
import type { ComputeHooks, ComputeJob, ComputeResult, Evaluation, Scores } from '../contracts/training.ts';
import { majorityProbabilities } from './baselines/majority.ts';
import { trainTfidfLogistic } from './baselines/tfidf-logistic.ts';
import { compareContenders, findSuspectLabels, type Probabilities } from './evaluation/compare.ts';
import { countPasses, predictFinetuned, predictUntouchedAndFrozen } from './evaluation/encoder-contenders.ts';
import { predictionLines } from './evaluation/predictions.ts';
import { readExamples, type EvaluationRows } from './evaluation/read-examples.ts';
import { createStages } from './evaluation/stages.ts';
import { scores } from './metrics/scores.ts';
import { argmaxRows } from './metrics/softmax.ts';
import { openDevice } from './tf.ts';

type EvaluateJob = Extract<ComputeJob, { kind: 'evaluate' }>;
type EvaluateResult = Extract<ComputeResult, { kind: 'evaluate' }>;

/** The baselines' share of the work, in rows through the encoder: about two seconds. */
const BASELINES_WORK = 200;

/**
 * Scores the fine-tuned model on the test rows beside the untouched model, the frozen encoder with a trained head, TF-IDF with logistic
 * regression, and the majority class. Writes `predictions.jsonl` (a PredictionRow a line) to the job's outDir.
 * Throws EXAMPLES_INVALID, EXAMPLES_MISSING, TRAINING_ONE_CLASS, PREDICTIONS_NOT_FINITE.
 */
export async function runEvaluate(job: EvaluateJob, hooks: ComputeHooks): Promise<EvaluateResult> {
  const startedMs = performance.now();
  const { config } = job;
  const { positive } = config.task;
  const classes = config.task.classes.map(({ name }) => name);
  const rows = await readExamples(job.examples, classes.length);
  refuseUnusable(rows, classes);
  const { train, dev, test } = rows;
  const device = await openDevice(job.compute);

  const stages = createStages(hooks.progress, BASELINES_WORK + countPasses(rows));
  stages.begin('training the baselines', BASELINES_WORK);
  await hooks.breathe();
  const tfidf = trainTfidfLogistic(train, dev, classes.length);
  const { headEpochs, ...before } = await predictUntouchedAndFrozen(job, rows, stages, hooks);
  const probabilities: Probabilities = {
    majority: majorityProbabilities(train.labels, classes.length, test.ids.length),
    tfidf: tfidf.predict(test.texts),
    ...before,
    finetuned: await predictFinetuned(job, rows, stages),
  };
  await hooks.breathe();

  const score = (predicted: Float64Array): Scores =>
    scores({ labels: test.labels, probabilities: predicted, classes, positive });
  const commonest = classes[argmaxRows(probabilities.majority, classes.length)[0] ?? 0] ?? '';
  const evaluation: Evaluation = {
    classes,
    positive,
    testRows: test.ids.length,
    device,
    descriptions: {
      majority: `Always answers "${commonest}", the most frequent class of the ${train.ids.length} training rows.`,
      tfidf: `Logistic regression on TF-IDF of ${tfidf.terms} words and pairs of words, trained on the same rows; the penalty was chosen on dev (C = ${tfidf.C}).`,
      untouched: `${config.baseModel} as downloaded, its classification head as initialised from seed ${config.seed}: nothing was trained.`,
      frozen: `${config.baseModel} with its pretrained encoder frozen and the same linear head trained on its features for ${headEpochs} of at most ${config.headEpochs} epochs (best loss on dev).`,
      finetuned: `${config.baseModel} fine-tuned on the training rows, encoder and head together.`,
    },
    scores: {
      majority: score(probabilities.majority),
      tfidf: score(probabilities.tfidf),
      untouched: score(probabilities.untouched),
      frozen: score(probabilities.frozen),
      finetuned: score(probabilities.finetuned),
    },
    comparisons: compareContenders(test.labels, probabilities, {
      classes: classes.length,
      resamples: config.resamples,
      seed: config.seed,
    }),
    suspectLabels: findSuspectLabels(test, probabilities.finetuned, classes),
    seconds: (performance.now() - startedMs) / 1000,
  };
  await mkdir(job.outDir, { recursive: true });
  const predictions = join(job.outDir, 'predictions.jsonl');
  await writeFile(predictions, predictionLines(test, probabilities, classes.length));
  hooks.progress('evaluated', 1);
  return { kind: 'evaluate', evaluation, predictions };
}

function refuseUnusable({ train, test }: EvaluationRows, classes: readonly string[]): void {
  if (train.ids.length === 0) throw new AssayError('EXAMPLES_MISSING', { part: 'train', purpose: 'train on' });
  if (test.ids.length === 0) throw new AssayError('EXAMPLES_MISSING', { part: 'test', purpose: 'evaluate on' });
  const [first] = train.labels;
  if (first !== undefined && train.labels.every((label) => label === first))
    throw new AssayError('TRAINING_ONE_CLASS', { rows: train.labels.length, only: classes[first] ?? '' });
}
