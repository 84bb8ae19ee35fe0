import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ComputeJob } from '../../contracts/training.ts';
import { refuseTooLong } from '../classifier.ts';
import { readBertConfig, type BertConfig } from '../encoder/bert-config.ts';
import { describeParameters, WORDS, type ParameterSpec } from '../encoder/parameters.ts';
import { loadWeights } from '../encoder/weights.ts';
import { loadTokenizer } from '../tokenizer.ts';
import { seeded } from '../metrics/seeded.ts';
import { upload, type Tensor } from '../tf.ts';
import { createTuning } from '../tuning/methods.ts';
import { createAdamW } from './adamw.ts';
import type { ParameterState } from './optimizer.ts';
import { openCheckpoint, type CheckpointIdentity, type TrainingState } from './checkpoint.ts';
import { NOTHING_YET } from './early-stopping.ts';
import type { TunedModel } from './model-weights.ts';
import { readTrainingRows, type TrainingRows } from './rows.ts';
import { findUsedWords, takeRows, type UsedWords } from './used-words.ts';

/** All that training works on, as it stands at the start or in the checkpoint. */
export interface Start {
  config: BertConfig;
  specs: ParameterSpec[];
  rows: TrainingRows;
  words: UsedWords;
  model: TunedModel;
  state: TrainingState;
  identity: CheckpointIdentity;
}

/** Loads model, rows and, where there is one, the checkpoint. `bestFile` is where the best weights are kept. */
export async function prepareTraining(
  job: Extract<ComputeJob, { kind: 'finetune' }>,
  bestFile: string,
): Promise<Start> {
  const { config: settings, modelDir, examples, resumeFrom } = job;
  const config = await readBertConfig(modelDir);
  refuseTooLong(settings.maxLength, config);
  const rows = await readTrainingRows(examples, settings, await loadTokenizer(modelDir, config.vocabulary));
  const words = findUsedWords([...rows.train.tokens, ...rows.dev.tokens], config.vocabulary);
  const specs = describeParameters(config, settings.task.classes.length);
  const identity: CheckpointIdentity = {
    config: settings,
    examplesSha256: await sha256(examples),
    modelSha256: await sha256(join(modelDir, 'model.safetensors')),
  };
  const parameters = new Map<string, ParameterState>();
  let state: TrainingState = {
    step: 0,
    best: NOTHING_YET,
    stoppedEarly: false,
    steps: [],
    evaluations: [],
    seconds: 0,
    trainSeconds: 0,
    samples: 0,
    tokens: 0,
  };
  const shapeOf = ({ name, shape }: ParameterSpec): readonly number[] =>
    name === WORDS ? [words.ids.length, config.hidden] : shape;
  const tuning = createTuning(settings.tuning, config, specs, {
    totalSteps: settings.epochs * Math.ceil(rows.train.ids.length / settings.batchSize),
  });
  const frozen = new Map<string, Tensor>();
  loadWeights(modelDir, specs, settings.seed, (spec, values) => {
    const { name } = spec;
    const weights = name === WORDS ? takeRows(values, words.ids, config.hidden) : values;
    if (tuning.trains.has(name)) parameters.set(name, { shape: shapeOf(spec), weights });
    else frozen.set(name, upload(shapeOf(spec), weights));
  });
  const random = seeded(settings.seed + 1);
  for (const { name, shape, start } of tuning.added) parameters.set(name, { shape, weights: start(random) });
  if (resumeFrom !== undefined) {
    const checkpoint = openCheckpoint(resumeFrom, identity);
    try {
      for (const [name, { shape }] of parameters) parameters.set(name, checkpoint.parameter(name, shape));
      tuning.follower?.restore((name) => checkpoint.array(name));
      checkpoint.restoreBest(bestFile);
      state = checkpoint.state;
    } finally {
      checkpoint.close();
    }
  }
  const model = { tuning, optimizer: createAdamW(parameters, settings), frozen };
  return { config, specs, rows, words, model, state, identity };
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, { end: false });
  return hash.digest('hex');
}
