import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mcnemar } from '../../models/metrics/mcnemar.ts';
import { pairedBootstrap } from '../../models/metrics/paired-bootstrap.ts';
import { scores } from '../../models/metrics/scores.ts';
import { FIXTURES } from '../harness/paths.ts';

interface Fixture {
  made_by: string;
  cases: {
    name: string;
    classes: number;
    positive: number;
    labels: number[];
    probabilities: number[];
    expected: {
      accuracy: number;
      macroF1: number;
      weightedF1: number;
      auc: number | null;
      loss: number;
      ece: number;
      reliability: [number, number, number][];
      confusion: number[][];
      precision: number[];
      recall: number[];
      f1: number[];
      support: number[];
    };
  }[];
  pairs: {
    name: string;
    labels: number[];
    before: number[];
    after: number[];
    expected: {
      onlyBeforeRight: number;
      onlyAfterRight: number;
      p: number;
      difference: number;
      interval: [number, number];
    };
  }[];
}

// Made by make_metrics.py with scikit-learn and SciPy.
const fixture = JSON.parse(readFileSync(join(FIXTURES, 'metrics.json'), 'utf8')) as Fixture;

function assertClose(actual: number, expected: number, what: string, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);
}

describe(`scores against ${fixture.made_by}`, () => {
  for (const { name, classes, positive, labels, probabilities, expected } of fixture.cases) {
    it(name, () => {
      const names = Array.from({ length: classes }, (_, k) => `class ${k}`);
      const actual = scores({ labels, probabilities, classes: names, positive: `class ${positive}` });
      assertClose(actual.accuracy, expected.accuracy, 'accuracy');
      assertClose(actual.macroF1, expected.macroF1, 'macro-F1');
      assertClose(actual.weightedF1, expected.weightedF1, 'weighted F1');
      assertClose(actual.ece, expected.ece, 'ECE');
      assertClose(actual.loss ?? NaN, expected.loss, 'loss');
      if (expected.auc === null) assert.equal(actual.auc, null);
      else assertClose(actual.auc ?? NaN, expected.auc, 'AUC');
      assert.deepEqual(actual.confusion, expected.confusion);
      for (const [k, report] of actual.classes.entries()) {
        assertClose(report.precision, expected.precision[k] ?? NaN, `precision ${k}`);
        assertClose(report.recall, expected.recall[k] ?? NaN, `recall ${k}`);
        assertClose(report.f1, expected.f1[k] ?? NaN, `F1 ${k}`);
        assert.equal(report.support, expected.support[k]);
      }
      assert.equal(actual.reliability.length, expected.reliability.length);
      for (const [bin, [confidence, accuracy, count]] of expected.reliability.entries()) {
        assertClose(actual.reliability[bin]?.confidence ?? NaN, confidence, `confidence of bin ${bin}`);
        assertClose(actual.reliability[bin]?.accuracy ?? NaN, accuracy, `accuracy of bin ${bin}`);
        assert.equal(actual.reliability[bin]?.count, count);
      }
    });
  }
});

describe(`paired tests against ${fixture.made_by}`, () => {
  for (const { name, labels, before, after, expected } of fixture.pairs) {
    it(name, () => {
      const test = mcnemar(labels, before, after);
      assert.equal(test.onlyBeforeRight, expected.onlyBeforeRight);
      assert.equal(test.onlyAfterRight, expected.onlyAfterRight);
      assertClose(test.p, expected.p, 'p');
      const paired = pairedBootstrap({ labels, before, after, classes: 2, resamples: 5000, seed: 7 });
      assertClose(paired.macroF1Difference, expected.difference, 'difference');
      // Two samples of resamples: their ends differ by chance, by far less than the interval's width.
      const slack = 0.05 * (expected.interval[1] - expected.interval[0]);
      assertClose(paired.interval[0], expected.interval[0], 'lower end', slack);
      assertClose(paired.interval[1], expected.interval[1], 'upper end', slack);
    });
  }
});
