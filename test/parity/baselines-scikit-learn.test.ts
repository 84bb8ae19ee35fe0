import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fitLogisticRegression } from '../../models/baselines/logistic-regression.ts';
import { fitTfidf } from '../../models/baselines/tfidf.ts';
import { FIXTURES } from '../harness/paths.ts';

interface Fixture {
  made_by: string;
  texts: string[];
  terms: number;
  tfidf: Record<string, number>[];
  fits: { labels: number[]; classes: number; C: number; probabilities: number[] }[];
}

// Made by make_metrics.py with scikit-learn.
const fixture = JSON.parse(readFileSync(join(FIXTURES, 'baselines.json'), 'utf8')) as Fixture;
const tfidf = fitTfidf(fixture.texts, { minDocuments: 2, maxTerms: 50_000 });
const features = tfidf.transform(fixture.texts);

describe(`TF-IDF baseline against ${fixture.made_by}`, () => {
  it('weighs the same terms alike, in every text', () => {
    assert.equal(tfidf.terms.length, fixture.terms);
    for (const [row, expected] of fixture.tfidf.entries()) {
      const actual = new Map<string, number>();
      for (let i = features.starts[row] ?? 0; i < (features.starts[row + 1] ?? 0); i++)
        actual.set(tfidf.terms[features.columns[i] ?? -1] ?? '', features.values[i] ?? NaN);
      assert.deepEqual([...actual.keys()].sort(), Object.keys(expected).sort(), `terms of "${fixture.texts[row]}"`);
      for (const [term, weight] of Object.entries(expected))
        assert.ok(Math.abs((actual.get(term) ?? NaN) - weight) < 1e-12, `${term} in row ${row}`);
    }
  });

  for (const { labels, classes, C, probabilities } of fixture.fits) {
    it(`finds the same optimum with ${classes} classes and C = ${C}`, () => {
      const model = fitLogisticRegression(features, labels, { classes, C, tolerance: 1e-9, maxIterations: 2000 });
      const actual = model.predict(features);
      assert.equal(actual.length, probabilities.length);
      for (const [i, expected] of probabilities.entries())
        assert.ok(Math.abs((actual[i] ?? NaN) - expected) < 1e-6, `probability ${i}: ${actual[i]}, not ${expected}`);
    });
  }
});
