import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readBertConfig, type BertConfig } from '../../models/encoder/bert-config.ts';
import { uploadBatch, type BatchTensors } from '../../models/encoder/batch-tensors.ts';
import { packBatch } from '../../models/encoder/batch.ts';
import { backward, forward, predict } from '../../models/encoder/bert.ts';
import { weightedCrossEntropy } from '../../models/encoder/loss.ts';
import { describeParameters, type ParameterSpec } from '../../models/encoder/parameters.ts';
import { loadWeights } from '../../models/encoder/weights.ts';
import { wantAll } from '../../models/encoder/wanted.ts';
import { openSafetensors, type TensorFile } from '../../models/safetensors.ts';
import { download, openDevice, tidy } from '../../models/tf.ts';
import { createAdamW } from '../../models/training/adamw.ts';
import type { Optimizer, ParameterState } from '../../models/training/optimizer.ts';
import { learningRateAt } from '../../models/training/schedule.ts';
import { FIXTURES } from '../harness/paths.ts';

const MODEL = join(FIXTURES, 'tiny-bert');
const TOLERANCE = 1e-4;

interface Recipe {
  batch: number[];
  labels: number[];
  classWeights: number[];
  classes: number;
  adamw: {
    steps: number;
    learningRate: number;
    weightDecay: number;
    maxGradientNorm: number;
    warmupSteps: number;
    totalSteps: number;
    rates: number[];
    gradientNorms: number[];
    losses: number[];
  };
}

function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(join(FIXTURES, 'parity', name), 'utf8'));
}

function largestDifference(ours: Float32Array, theirs: Float32Array): number {
  assert.equal(ours.length, theirs.length);
  return ours.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (theirs[i] ?? NaN))), 0);
}

/** Expected numbers: test/fixtures/make_tiny_bert.py, Transformers on PyTorch. */
describe('our BERT beside Transformers, on a batch of four texts of different lengths', () => {
  const recipe = readFixture('tiny-bert.json') as Recipe;
  const { encoded } = readFixture('tokens.json') as { encoded: { ids: number[] }[] };
  const texts = recipe.batch.map((i) => encoded[i]?.ids ?? []);
  const without = { rate: 0, seed: 0, step: 0 };
  let theirs: TensorFile;
  let config: BertConfig;
  let specs: ParameterSpec[];
  let optimizer: Optimizer;

  const upload = (): BatchTensors => uploadBatch(packBatch(texts));
  const eachTensor = (
    visit: (name: string, ours: (whole: Float32Array) => Float32Array, spec: string) => void,
  ): void => {
    for (const { name, shape, parts } of specs) {
      let before = 0;
      const width = shape.slice(1).reduce((product, length) => product * length, 1);
      for (const part of parts) {
        const [from, to] = [before * width, (before + part.rows) * width];
        before += part.rows;
        visit(part.name, (whole) => whole.subarray(from, to), name);
      }
    }
  };

  before(async () => {
    await openDevice({ device: 'cpu', threads: 0 });
    theirs = openSafetensors(join(FIXTURES, 'parity', 'tiny-bert.safetensors'));
    config = await readBertConfig(MODEL);
    specs = describeParameters(config, recipe.classes);
    const parameters = new Map<string, ParameterState>();
    loadWeights(MODEL, specs, 1, ({ name, shape }, values) => {
      parameters.set(name, { shape, weights: name.startsWith('classifier') ? theirs.read(name) : values });
    });
    const { weightDecay, maxGradientNorm } = recipe.adamw;
    optimizer = createAdamW(parameters, { weightDecay, maxGradientNorm });
  });
  after(() => {
    optimizer.dispose();
    theirs.close();
  });

  it('gives the same logits, in training and in prediction', () => {
    tidy(() => {
      const weights = optimizer.weights();
      const trained = forward(config, weights, upload(), without, wantAll(specs)).logits;
      const predicted = predict(config, weights, upload()).logits;
      assert.ok(largestDifference(download(trained), theirs.read('logits')) < TOLERANCE);
      assert.ok(largestDifference(download(predicted), theirs.read('logits')) < TOLERANCE);
    });
  });

  it('gives the same weighted loss and the same gradient of every parameter', () => {
    tidy(() => {
      const weights = optimizer.weights();
      const batch = upload();
      const { logits, cache } = forward(config, weights, batch, without, wantAll(specs));
      const { loss, dLogits } = weightedCrossEntropy(logits, recipe.labels, recipe.classWeights);
      assert.ok(Math.abs(loss - (theirs.read('loss')[0] ?? NaN)) < TOLERANCE);
      const gradients = backward(dLogits, cache, config, weights, batch, without, wantAll(specs));
      let compared = 0;
      eachTensor((name, ours, spec) => {
        const gradient = gradients.get(spec);
        assert.ok(gradient, `there is a gradient of ${spec}`);
        const difference = largestDifference(ours(download(gradient)), theirs.read(`grad.${name}`));
        assert.ok(difference < TOLERANCE, `${name} differs by ${String(difference)}`);
        compared++;
      });
      assert.equal(compared, [...theirs.shapes.keys()].filter((name) => name.startsWith('grad.')).length);
    });
  });

  it('gives the same weights after five steps of AdamW with warm-up, decay and clipping', () => {
    const { steps, learningRate, warmupSteps, totalSteps, rates, gradientNorms, losses } = recipe.adamw;
    for (let step = 0; step < steps; step++) {
      const rate = learningRateAt(step, {
        learningRate,
        schedule: 'linear',
        warmupRatio: warmupSteps / totalSteps,
        totalSteps,
      });
      assert.ok(Math.abs(rate - (rates[step] ?? NaN)) < 1e-12);
      tidy(() => {
        const weights = optimizer.weights();
        const batch = upload();
        const { logits, cache } = forward(config, weights, batch, without, wantAll(specs));
        const { loss, dLogits } = weightedCrossEntropy(logits, recipe.labels, recipe.classWeights);
        const gradients = backward(dLogits, cache, config, weights, batch, without, wantAll(specs));
        const norm = optimizer.step(gradients, rate, step + 1);
        assert.ok(Math.abs(loss - (losses[step] ?? NaN)) < TOLERANCE, `loss of step ${String(step)}: ${String(loss)}`);
        assert.ok(
          Math.abs(norm - (gradientNorms[step] ?? NaN)) < 1e-3,
          `norm of step ${String(step)}: ${String(norm)}`,
        );
      });
    }
    eachTensor((name, ours, spec) => {
      const difference = largestDifference(ours(optimizer.read(spec, 'weights')), theirs.read(`after.${name}`));
      assert.ok(difference < TOLERANCE, `${name} differs by ${String(difference)}`);
    });
  });
});
