import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ComputeHooks, ComputeJob, ComputeResult, DeviceReport, Training } from '../contracts/training.ts';
import { predictTokens } from './classifier.ts';
import { WORDS } from './encoder/parameters.ts';
import { openSafetensors } from './safetensors.ts';
import { saveClassifier } from './save.ts';
import { Stopped } from './stopped.ts';
import { writeTraining } from './tensorboard.ts';
import { dispose, openDevice } from './tf.ts';
import { planEpoch } from './training/batching.ts';
import { writeCheckpoint, type TrainingState } from './training/checkpoint.ts';
import { classWeights } from './training/class-weights.ts';
import { devMetrics, devValue } from './training/dev-metrics.ts';
import { isSpent, judge } from './training/early-stopping.ts';
import { evaluationPoints } from './training/evaluation-points.ts';
import { modelArrays, writeWeights } from './training/model-arrays.ts';
import { assembleWeights } from './training/model-weights.ts';
import { peakMemoryBytes } from './training/peak-memory.ts';
import { createTrainingProgress, type TrainingProgress } from './training/progress.ts';
import { decayFactor, learningRateAt, type Schedule } from './training/schedule.ts';
import { prepareTraining, type Start } from './training/start.ts';
import { trainStep } from './training/step.ts';
import { tunedArrays } from './training/tuned-arrays.ts';
import { ADAPTER_FOLDER } from './tuning/saved.ts';

type FinetuneJob = Extract<ComputeJob, { kind: 'finetune' }>;
type FinetuneResult = Extract<ComputeResult, { kind: 'finetune' }>;

/**
 * Fine-tunes an encoder with a classification head on the train rows, evaluates on dev, and writes the weights that were best there as a
 * Hugging Face folder `model/`, and the curves as `tensorboard/`. Asked to stop, it hands over a checkpoint and throws Stopped.
 * Throws what `prepareTraining` and `trainStep` throw.
 */
export async function runFinetune(job: FinetuneJob, hooks: ComputeHooks): Promise<FinetuneResult> {
  const startedMs = performance.now();
  const device = await openDevice(job.compute);
  await mkdir(job.outDir, { recursive: true });
  const bestFile = join(job.outDir, 'best.safetensors');
  await rm(bestFile, { force: true });
  hooks.progress('reading the model and the rows', 0);
  const start = await prepareTraining(job, bestFile);
  const resumedFromStep = job.resumeFrom === undefined ? null : start.state.step;
  try {
    const state = await train(job, hooks, start, bestFile, startedMs);
    return await finish(job, start, state, { device, bestFile, resumedFromStep, startedMs });
  } finally {
    start.model.optimizer.dispose();
    dispose(...start.model.frozen.values());
    await rm(bestFile, { force: true });
  }
}

async function train(
  job: FinetuneJob,
  hooks: ComputeHooks,
  start: Start,
  bestFile: string,
  startedMs: number,
): Promise<TrainingState> {
  const { config: settings, outDir } = job;
  const { config, rows, words, model, identity } = start;
  const { epochs, batchSize, batching, seed } = settings;
  const state: TrainingState = {
    ...start.state,
    steps: [...start.state.steps],
    evaluations: [...start.state.evaluations],
  };
  const secondsBefore = state.seconds;
  const stepsPerEpoch = Math.ceil(rows.train.ids.length / batchSize);
  const schedule = scheduleOf(start, job);
  const points = evaluationPoints(stepsPerEpoch, settings.evaluationsPerEpoch);
  const stepSettings = {
    config,
    model: start.model,
    rowOf: words.rowOf,
    classWeights: classWeights(rows.train.labels, settings.task.classes.length, settings.classWeights),
    dropout: settings.dropout,
    maxGradientNorm: settings.maxGradientNorm,
    seed,
  };
  const progress = createTrainingProgress({
    report: hooks.progress,
    clockMs: () => performance.now(),
    trainRows: epochs * rows.train.ids.length,
    devRows: epochs * points.size * rows.dev.ids.length,
    doneTrainRows: state.samples,
    doneDevRows: state.evaluations.length * rows.dev.ids.length,
  });
  const lengths = rows.train.tokens.map(({ length }) => length);
  const save = async (): Promise<void> => {
    state.seconds = secondsBefore + (performance.now() - startedMs) / 1000;
    const dir = join(outDir, `checkpoint-${String(state.step)}`);
    writeCheckpoint(dir, { identity, state, model, bestFile });
    await hooks.checkpoint(state.step, dir, state.best.step === state.step);
  };

  let plan: { epoch: number; batches: number[][] } | undefined;
  while (state.step < schedule.totalSteps && !state.stoppedEarly) {
    const epoch = Math.floor(state.step / stepsPerEpoch);
    if (plan?.epoch !== epoch) plan = { epoch, batches: planEpoch({ lengths, batchSize, batching, seed, epoch }) };
    const stepOfEpoch = (state.step % stepsPerEpoch) + 1;
    const batch = plan.batches[stepOfEpoch - 1] ?? [];
    const stepStartedMs = performance.now();
    const texts = batch.map((row) => rows.train.tokens[row] ?? new Int32Array());
    const learningRate = learningRateAt(state.step, schedule);
    const { loss, gradientNorm } = trainStep(
      {
        step: state.step + 1,
        texts,
        labels: batch.map((row) => rows.train.labels[row] ?? 0),
        ids: batch.map((row) => rows.train.ids[row] ?? 0),
        learningRate,
      },
      stepSettings,
    );
    state.step++;
    state.samples += batch.length;
    state.tokens += texts.reduce((sum, { length }) => sum + length, 0);
    state.steps.push({ step: state.step, loss, learningRate, gradientNorm });
    state.trainSeconds += (performance.now() - stepStartedMs) / 1000;
    const message = (): string =>
      `epoch ${String(epoch + 1)}/${String(epochs)} · step ${String(state.step)}/${String(schedule.totalSteps)} · ` +
      `loss ${recentLoss(state).toFixed(3)} · ${(state.samples / state.trainSeconds).toFixed(1)} samples/s`;
    progress.trained(batch.length, message, { step: state.step, metrics: { loss, learningRate, gradientNorm } });
    await hooks.breathe();
    if (points.has(stepOfEpoch))
      await evaluate(settings, start, state, bestFile, epoch + stepOfEpoch / stepsPerEpoch, progress);
    if (hooks.shouldStop()) {
      await save();
      throw new Stopped(state.step);
    }
    const { checkpointEverySteps } = settings;
    const ended = state.step === schedule.totalSteps || state.stoppedEarly;
    if (ended || (checkpointEverySteps > 0 && state.step % checkpointEverySteps === 0)) await save();
  }
  return state;
}

/** Evaluates on dev, and keeps the weights when they are the best so far. */
async function evaluate(
  settings: FinetuneJob['config'],
  { config, rows, words, model }: Start,
  state: TrainingState,
  bestFile: string,
  epoch: number,
  progress: TrainingProgress,
): Promise<void> {
  const { task, devMetric, patience, batchSize } = settings;
  const now = assembleWeights(model, { seed: 0, step: 0 });
  let reported = 0;
  const logits = await predictTokens(rows.dev.tokens, {
    config,
    weights: now.weights,
    beside: now.wanted,
    output: 'logits',
    batchSize: 2 * batchSize,
    rowOf: words.rowOf,
    progress: (done, total) => {
      progress.evaluated(done - reported, () => `evaluating on dev · ${String(done)}/${String(total)} rows`);
      reported = done;
    },
  }).finally(() => {
    now.dispose();
  });
  const positive = task.classes.findIndex(({ name }) => name === task.positive);
  const metrics = devMetrics(logits, rows.dev.labels, task.classes.length, Math.max(0, positive));
  const { best, improved } = judge(state.best, devValue(metrics, devMetric), state.step);
  state.best = best;
  state.stoppedEarly = isSpent(best, patience);
  for (const evaluation of state.evaluations) if (improved) evaluation.best = false;
  state.evaluations.push({ step: state.step, epoch, ...metrics, best: improved });
  if (improved) writeWeights(bestFile, model.optimizer);
}

async function finish(
  { config: settings, modelDir: baseModelDir, outDir }: FinetuneJob,
  start: Start,
  state: TrainingState,
  run: { device: DeviceReport; bestFile: string; resumedFromStep: number | null; startedMs: number },
): Promise<FinetuneResult> {
  const { config, specs, rows, words, identity } = start;
  const { tuning } = start.model;
  const modelDir = join(outDir, 'model');
  const tensorboardDir = join(outDir, 'tensorboard');
  const schedule = scheduleOf(start, { config: settings });
  const adapterDir = join(outDir, 'adapter');
  const trained = openSafetensors(run.bestFile);
  const tuned = tuning.trains.has(WORDS)
    ? undefined
    : tunedArrays({ specs, trained, baseModelDir, seed: settings.seed, tuning });
  let ranks: Training['ranks'];
  try {
    await saveClassifier(modelDir, {
      config,
      tokenizerDir: baseModelDir,
      classes: settings.task.classes.map(({ name }) => name),
      maxLength: settings.maxLength,
      tensors:
        tuned?.arrays ??
        modelArrays({
          specs,
          trained,
          baseModelDir,
          words,
          decay: decayFactor(state.best.step, settings.weightDecay, schedule),
        }),
    });
    ranks = tuning.follower?.ranks?.({ read: (name) => trained.read(`weights.${name}`) });
    const adapterDirs = tuning.merges === false ? [adapterDir, join(modelDir, ADAPTER_FOLDER)] : [adapterDir];
    for (const dir of adapterDirs)
      tuning.saveAdapter?.(dir, {
        baseModel: settings.model,
        classes: settings.task.classes.map(({ name }) => name),
        read: (name) => ({
          shape: trained.shapes.get(`weights.${name}`) ?? [],
          values: trained.read(`weights.${name}`),
        }),
      });
  } finally {
    tuned?.close();
    trained.close();
  }
  const training: Training = {
    config: settings,
    device: run.device,
    baseModel: {
      name: settings.model,
      architecture: config.architecture,
      parameters: count([...specs, ...tuning.added]),
      trainableParameters: count([...specs.filter(({ name }) => tuning.trains.has(name)), ...tuning.added]),
      sha256: identity.modelSha256,
    },
    examples: { train: rows.train.ids.length, dev: rows.dev.ids.length, truncated: rows.truncated },
    steps: state.steps,
    evaluations: state.evaluations,
    ...(ranks === undefined ? {} : { ranks }),
    bestStep: state.best.step,
    stoppedEarly: state.stoppedEarly,
    resumedFromStep: run.resumedFromStep,
    seconds: start.state.seconds + (performance.now() - run.startedMs) / 1000,
    samplesPerSecond: state.samples / state.trainSeconds,
    tokensPerSecond: state.tokens / state.trainSeconds,
    peakMemoryBytes: peakMemoryBytes(),
  };
  writeTraining(tensorboardDir, training);
  return {
    kind: 'finetune',
    training,
    modelDir,
    ...(tuning.saveAdapter === undefined ? {} : { adapterDir }),
    tensorboardDir,
  };
}

/** Numbers in tensors of these shapes. */
function count(tensors: readonly { shape: readonly number[] }[]): number {
  return tensors.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
}

function scheduleOf({ rows }: Start, { config }: Pick<FinetuneJob, 'config'>): Schedule {
  const { learningRate, schedule, warmupRatio, epochs, batchSize } = config;
  return { learningRate, schedule, warmupRatio, totalSteps: epochs * Math.ceil(rows.train.ids.length / batchSize) };
}

/** Mean of the last steps: that of a single batch jumps too much to be read. */
function recentLoss({ steps }: TrainingState): number {
  const recent = steps.slice(-20);
  return recent.reduce((sum, { loss }) => sum + loss, 0) / recent.length;
}
