import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { weightedCrossEntropy, type LossSettings } from '../../models/encoder/loss.ts';
import { download, openDevice, tidy, upload } from '../../models/tf.ts';
import { adafactor } from '../../models/training/adafactor.ts';
import { adamw } from '../../models/training/adamw.ts';
import { momentum } from '../../models/training/momentum.ts';
import { createOptimizer, type UpdateRule } from '../../models/training/optimizer.ts';
import { FIXTURES } from '../harness/paths.ts';

type Values = Record<'matrix' | 'vector', number[]>;
const fixture = JSON.parse(readFileSync(join(FIXTURES, 'optimizers.json'), 'utf8')) as {
  learningRate: number;
  weightDecay: number;
  start: Values;
  gradients: Values[];
  after: Record<string, Values>;
  loss: { logits: number[]; labels: number[]; classWeights: number[] } & Record<
    'smoothed' | 'focal',
    { loss: number; gradient: number[] }
  >;
};
const SHAPES = { matrix: [5, 7], vector: [4] } as const;
const NAMES = ['matrix', 'vector'] as const;

function largestDifference(ours: ArrayLike<number>, theirs: readonly number[]): number {
  assert.equal(ours.length, theirs.length);
  return theirs.reduce((most, value, i) => Math.max(most, Math.abs(value - (ours[i] ?? NaN))), 0);
}

before(() => openDevice({ device: 'cpu', threads: 0 }));

/** Expected numbers: test/fixtures/make_optimizers.py, PyTorch. */
describe('six steps of an optimizer beside PyTorch', () => {
  const cases: { name: string; rule: UpdateRule; decay: boolean }[] = [
    { name: 'plain', rule: momentum({ momentum: 0, nesterov: false }), decay: true },
    { name: 'momentum', rule: momentum({ momentum: 0.9, nesterov: false }), decay: true },
    { name: 'nesterov', rule: momentum({ momentum: 0.8, nesterov: true }), decay: true },
    { name: 'adamw', rule: adamw({ beta1: 0.8, beta2: 0.95, epsilon: 1e-6 }), decay: true },
    { name: 'adafactor', rule: adafactor(), decay: false },
  ];
  for (const { name, rule, decay } of cases)
    it(name, () => {
      const parameters = new Map(
        NAMES.map((key) => [key, { shape: SHAPES[key], weights: Float32Array.from(fixture.start[key]) }]),
      );
      const settings = { weightDecay: decay ? fixture.weightDecay : 0, maxGradientNorm: 0 };
      const optimizer = createOptimizer(parameters, rule, settings);
      fixture.gradients.forEach((gradients, step) => {
        tidy(() => {
          const given = NAMES.map((key) => [key, upload(SHAPES[key], Float32Array.from(gradients[key]))] as const);
          optimizer.step(new Map(given), fixture.learningRate, step + 1);
        });
      });
      for (const key of NAMES) {
        const difference = largestDifference(optimizer.read(key, 'weights'), fixture.after[name]?.[key] ?? []);
        assert.ok(difference < 2e-6, `${key} differs by ${String(difference)}`);
      }
      optimizer.dispose();
    });
});

describe('a loss and its gradient beside PyTorch', () => {
  const cases: { name: 'smoothed' | 'focal'; settings: LossSettings }[] = [
    { name: 'smoothed', settings: { labelSmoothing: 0.2 } },
    { name: 'focal', settings: { focalGamma: 2 } },
  ];
  for (const { name, settings } of cases)
    it(name, () => {
      const { logits, labels, classWeights } = fixture.loss;
      tidy(() => {
        const z = upload([labels.length, 3], Float32Array.from(logits));
        const { loss, dLogits } = weightedCrossEntropy(z, labels, classWeights, settings);
        assert.ok(Math.abs(loss - fixture.loss[name].loss) < 1e-6, String(loss));
        assert.ok(largestDifference(download(dLogits), fixture.loss[name].gradient) < 1e-6);
      });
    });
});
