import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AssayError } from '../../contracts/errors.ts';
import { mcnemar } from '../../models/metrics/mcnemar.ts';
import { pairedBootstrap } from '../../models/metrics/paired-bootstrap.ts';
import { permutation, seeded } from '../../models/metrics/seeded.ts';
import { scores } from '../../models/metrics/scores.ts';
import { softmaxRows } from '../../models/metrics/softmax.ts';

const CLASSES = ['bad', 'good'];

describe('scores', () => {
  it('names the row of a prediction that is not a number', () => {
    assert.throws(
      () => scores({ labels: [0, 1], probabilities: [0.5, 0.5, NaN, NaN], classes: CLASSES, positive: 'good' }),
      (error: unknown) => {
        assert.ok(error instanceof AssayError);
        assert.equal(error.code, 'PREDICTIONS_NOT_FINITE');
        assert.match(error.message, /row 2: .*diverged/);
        assert.match(error.remedy, /learning rate/);
        return true;
      },
    );
  });

  it('refuses arrays that do not fit together', () => {
    const one = { classes: CLASSES, positive: 'good' };
    assert.throws(() => scores({ labels: [0, 1], probabilities: [0.5, 0.5], ...one }), RangeError);
    assert.throws(() => scores({ labels: [2], probabilities: [0.5, 0.5], ...one }), RangeError);
    assert.throws(
      () => scores({ labels: [0], probabilities: [0.5, 0.5], classes: CLASSES, positive: 'x' }),
      RangeError,
    );
  });

  it('has a figure of 0, and null where none is defined, without rows', () => {
    const empty = scores({ labels: [], probabilities: [], classes: CLASSES, positive: 'good' });
    assert.equal(empty.accuracy, 0);
    assert.equal(empty.macroF1, 0);
    assert.equal(empty.ece, 0);
    assert.equal(empty.auc, null);
    assert.equal(empty.loss, null);
  });

  it('counts every row once in the calibration curve, certain ones too', () => {
    const { reliability, ece } = scores({
      labels: [1, 0, 1, 0],
      probabilities: [0, 1, 1, 0, 0.5, 0.5, 0.4, 0.6],
      classes: CLASSES,
      positive: 'good',
    });
    assert.equal(
      reliability.reduce((sum, { count }) => sum + count, 0),
      4,
    );
    // Two sure and right, one at 0.5 and one at 0.6 wrong: (0.5 + 0.6) / 4.
    assert.ok(Math.abs(ece - 0.275) < 1e-12);
  });

  it('turns large logits into finite probabilities that still have an order', () => {
    const [, first = NaN, , second = NaN] = softmaxRows([1000, 1020, 1000, 1021], 2);
    assert.ok(first < second && second < 1);
  });
});

describe('paired tests', () => {
  const labels = Array.from({ length: 200 }, (_, i) => i % 2);
  const before = labels.map((label, i) => (i % 5 === 0 ? 1 - label : label));
  const after = labels.map((label, i) => (i % 20 === 0 ? 1 - label : label));

  it('give the same interval for the same seed and another for another', () => {
    const interval = (seed: number) =>
      pairedBootstrap({ labels, before, after, classes: 2, resamples: 300, seed }).interval;
    assert.deepEqual(interval(1), interval(1));
    assert.notDeepEqual(interval(1), interval(2));
    const [low, high] = interval(1);
    assert.ok(low > 0 && low < 0.15 && high > 0.15, 'the difference of 0.15 lies inside, 0 outside');
  });

  it('take swapped contenders for the opposite difference and the same p', () => {
    const there = pairedBootstrap({ labels, before, after, classes: 2, resamples: 10, seed: 1 });
    const back = pairedBootstrap({ labels, before: after, after: before, classes: 2, resamples: 10, seed: 1 });
    assert.equal(there.macroF1Difference, -back.macroF1Difference);
    assert.equal(mcnemar(labels, before, after).p, mcnemar(labels, after, before).p);
  });
});

describe('random numbers', () => {
  it('are spread evenly and make permutations of every element', () => {
    const random = seeded(3);
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) {
      const tenth = Math.floor(random() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) assert.ok(count > 1800 && count < 2200, `${count} of 20,000 in a tenth`);
    const order = permutation(50, seeded(4));
    assert.notDeepEqual(
      [...order],
      [...order].sort((a, b) => a - b),
    );
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, i) => i),
    );
  });
});
