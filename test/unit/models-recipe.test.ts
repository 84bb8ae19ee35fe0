import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { packBatch } from '../../models/encoder/batch.ts';
import { planEpoch } from '../../models/training/batching.ts';
import { classWeights } from '../../models/training/class-weights.ts';
import { devMetrics } from '../../models/training/dev-metrics.ts';
import { isSpent, judge, NOTHING_YET } from '../../models/training/early-stopping.ts';
import { evaluationPoints } from '../../models/training/evaluation-points.ts';
import { decayFactor, learningRateAt } from '../../models/training/schedule.ts';
import { findUsedWords, putRows, takeRows } from '../../models/training/used-words.ts';

describe('the learning rate', () => {
  const schedule = { learningRate: 1, warmupRatio: 0.1, totalSteps: 100, schedule: 'linear' } as const;

  it('rises from 0 in a line over the warm-up, then falls to 0', () => {
    const rates = [0, 5, 10, 55, 100].map((step) => learningRateAt(step, schedule));
    assert.deepEqual(rates, [0, 0.5, 1, 0.5, 0]);
  });

  it('falls along half a cosine, or stays', () => {
    assert.ok(Math.abs(learningRateAt(55, { ...schedule, schedule: 'cosine' }) - 0.5) < 1e-12);
    assert.ok(learningRateAt(20, { ...schedule, schedule: 'cosine' }) > learningRateAt(20, schedule));
    assert.equal(learningRateAt(99, { ...schedule, schedule: 'constant' }), 1);
  });

  it('starts at its full height without warm-up', () => {
    assert.equal(learningRateAt(0, { ...schedule, warmupRatio: 0 }), 1);
  });

  it('gives the decay that a weight without gradients has seen', () => {
    const flat = { ...schedule, schedule: 'constant', warmupRatio: 0, learningRate: 0.1 } as const;
    assert.ok(Math.abs(decayFactor(3, 0.5, flat) - 0.95 ** 3) < 1e-12);
  });
});

describe('the batches of an epoch', () => {
  const lengths = Array.from({ length: 1003 }, (_, i) => 5 + ((i * 37) % 120));
  const plan = { lengths, batchSize: 16, batching: 'length', seed: 7, epoch: 0 } as const;
  const padded = (batches: number[][]): number =>
    batches.reduce((sum, batch) => sum + batch.length * Math.max(...batch.map((row) => lengths[row] ?? 0)), 0);

  it('hold every row once', () => {
    for (const batching of ['length', 'random'] as const) {
      const rows = planEpoch({ ...plan, batching }).flat();
      assert.deepEqual(
        rows.sort((a, b) => a - b),
        lengths.map((_, row) => row),
      );
    }
  });

  it('hold texts of like length, so that little is padding', () => {
    const real = lengths.reduce((sum, length) => sum + length, 0);
    assert.ok(padded(planEpoch(plan)) < 1.05 * real);
    assert.ok(padded(planEpoch({ ...plan, batching: 'random' })) > 1.5 * real);
  });

  it('come in the same order for the same seed and epoch, in another for another, and not by length', () => {
    assert.deepEqual(planEpoch(plan), planEpoch(plan));
    assert.notDeepEqual(planEpoch(plan), planEpoch({ ...plan, epoch: 1 }));
    assert.notDeepEqual(planEpoch(plan), planEpoch({ ...plan, seed: 8 }));
    const first = planEpoch(plan).map(([row = 0]) => lengths[row] ?? 0);
    assert.notDeepEqual(
      first,
      [...first].sort((a, b) => a - b),
    );
  });
});

describe('a packed batch', () => {
  it('holds real tokens only, and says which places attention sees', () => {
    const { tokens, width, words, positions, firsts, padding } = packBatch([[5, 6, 7], [8]]);
    assert.deepEqual([tokens, width], [4, 3]);
    assert.deepEqual([...words], [5, 6, 7, 8]);
    assert.deepEqual([...positions], [0, 1, 2, 0]);
    assert.deepEqual([...firsts], [0, 3]);
    assert.deepEqual([...(padding?.slots ?? [])], [0, 1, 2, 3]);
    assert.deepEqual(
      [...(padding?.keyBias ?? [])].map((bias) => bias === 0),
      [true, true, true, true, false, false],
    );
  });

  it('has no padding when all texts are equally long', () => {
    assert.equal(
      packBatch([
        [1, 2],
        [3, 4],
      ]).padding,
      null,
    );
  });
});

describe('early stopping', () => {
  it('counts evaluations without improvement, and a tie is none', () => {
    let best = judge(NOTHING_YET, 0.5, 10).best;
    best = judge(best, 0.5, 20).best;
    assert.deepEqual(best, { value: 0.5, step: 10, since: 1 });
    assert.equal(isSpent(best, 2), false);
    best = judge(best, NaN, 30).best;
    assert.equal(isSpent(best, 2), true);
    assert.equal(isSpent(best, 0), false);
    assert.equal(judge(best, 0.6, 40).best.since, 0);
  });

  it('has its evaluations evenly spread over the epoch, the last at its end', () => {
    assert.deepEqual([...evaluationPoints(10, 1)], [10]);
    assert.deepEqual([...evaluationPoints(10, 4)], [3, 5, 8, 10]);
    assert.deepEqual([...evaluationPoints(2, 5)], [1, 2]);
  });
});

describe('class weights', () => {
  it('are the inverse frequency with mean 1 over the rows', () => {
    const labels = [0, 1, 1, 1];
    const weights = classWeights(labels, 2, 'balanced');
    assert.ok(Math.abs((weights[0] ?? 0) - 2) < 1e-6 && Math.abs((weights[1] ?? 0) - 2 / 3) < 1e-6);
    const mean = labels.reduce((sum, label) => sum + (weights[label] ?? 0), 0) / labels.length;
    assert.ok(Math.abs(mean - 1) < 1e-6);
    assert.deepEqual([...classWeights(labels, 2, 'none')], [1, 1]);
  });
});

describe('figures on dev', () => {
  it('count the positive class against the others, and have no AUC with one class', () => {
    const logits = Float32Array.of(2, 0, 0, 2, 1, 0);
    const metrics = devMetrics(logits, [0, 1, 1], 2, 1);
    assert.ok(Math.abs(metrics.accuracy - 2 / 3) < 1e-12);
    assert.ok(Math.abs(metrics.macroF1 - 2 / 3) < 1e-12);
    assert.equal(metrics.auc, 1);
    assert.ok(Number.isNaN(devMetrics(logits, [1, 1, 1], 2, 1).auc));
  });
});

describe('the words in use', () => {
  it('come back into the whole table, the others decayed', () => {
    const words = findUsedWords([[4, 1], [1]], 6);
    assert.deepEqual([...words.ids], [1, 4]);
    assert.equal(words.rowOf[4], 1);
    const table = Float32Array.from({ length: 12 }, (_, i) => i);
    assert.deepEqual([...takeRows(table, words.ids, 2)], [2, 3, 8, 9]);
    const whole = putRows(table, words.ids, Float32Array.of(-1, -2, -3, -4), 0.5);
    assert.deepEqual([...whole], [0, 0.5, -1, -2, 2, 2.5, 3, 3.5, -3, -4, 5, 5.5]);
  });
});
