import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { majorityProbabilities } from '../../models/baselines/majority.ts';
import { trainSoftmaxHead, type LabelledFeatures } from '../../models/baselines/softmax-head.ts';
import { fitTfidf } from '../../models/baselines/tfidf.ts';
import { trainTfidfLogistic } from '../../models/baselines/tfidf-logistic.ts';
import { seeded } from '../../models/metrics/seeded.ts';
import { argmaxRows } from '../../models/metrics/softmax.ts';

const GOOD = ['lovely', 'perfect', 'soft', 'flattering', 'gorgeous'];
const BAD = ['scratchy', 'shrank', 'returned', 'cheap', 'faded'];
const FILLER = ['the', 'dress', 'top', 'is', 'was', 'very', 'and', 'in', 'my', 'size'];

/** Reviews whose class shows in two of ten words. */
function reviews(count: number, seed: number): { texts: string[]; labels: number[] } {
  const random = seeded(seed);
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? '';
  const labels = Array.from({ length: count }, () => (random() < 0.7 ? 1 : 0));
  const texts = labels.map((label) => {
    const words = Array.from({ length: 8 }, () => pick(FILLER));
    const telling = label === 1 ? GOOD : BAD;
    return [...words, pick(telling), pick(telling)].join(' ');
  });
  return { texts, labels };
}

function accuracy(probabilities: Float64Array, labels: readonly number[]): number {
  const predicted = argmaxRows(probabilities, probabilities.length / labels.length);
  return labels.filter((label, i) => label === predicted[i]).length / labels.length;
}

describe('majority baseline', () => {
  it('always predicts the most frequent class, with the class frequencies as probabilities', () => {
    assert.deepEqual([...majorityProbabilities([1, 1, 1, 0], 2, 2)], [0.25, 0.75, 0.25, 0.75]);
  });
});

describe('TF-IDF with logistic regression', () => {
  const train = reviews(200, 1);
  const dev = reviews(60, 2);
  const test = reviews(100, 3);

  it('tells good from bad reviews by their words', () => {
    const model = trainTfidfLogistic(train, dev, 2);
    assert.ok(accuracy(model.predict(test.texts), test.labels) > 0.97);
  });

  it('gives the same probabilities each time, with and without dev rows', () => {
    const predict = (rows: typeof dev) => [...trainTfidfLogistic(train, rows, 2).predict(test.texts)];
    assert.deepEqual(predict(dev), predict(dev));
    const none = trainTfidfLogistic(train, { texts: [], labels: [] }, 2);
    assert.equal(none.C, 1);
  });

  it('falls back on the class frequencies for a text without a known word', () => {
    const model = trainTfidfLogistic(train, { texts: [], labels: [] }, 2);
    const [bad = NaN, good = NaN] = model.predict(['zzz']);
    assert.ok(good > bad);
    assert.ok(Math.abs(good + bad - 1) < 1e-12);
  });

  it('survives texts that have no word in common, and none at all', () => {
    const model = trainTfidfLogistic({ texts: ['a1 b1', 'c1', ''], labels: [0, 1, 1] }, { texts: [], labels: [] }, 2);
    assert.equal(model.terms, 0);
    assert.ok(model.predict(['a1']).every(Number.isFinite));
  });

  it('reads Chinese by its characters', () => {
    const { terms } = fitTfidf(['质量好', '质量差'], { minDocuments: 2, maxTerms: 100 });
    assert.deepEqual(terms.toSorted(), ['质', '质 量', '量']);
  });

  it('keeps the most frequent terms when there are more than it may keep', () => {
    const { terms } = fitTfidf(['red red red blue', 'red blue', 'green', 'green'], { minDocuments: 2, maxTerms: 1 });
    assert.deepEqual(terms, ['red']);
  });
});

describe('head on frozen features', () => {
  /** Three classes around three centres, on scales far apart, with one constant dimension. */
  function clouds(count: number, seed: number): LabelledFeatures & { labels: number[] } {
    const random = seeded(seed);
    const labels = Array.from({ length: count }, (_, i) => i % 3);
    const features = Float32Array.from(
      labels.flatMap((label) => [1000 * (label + 0.5 * random()), 0.001 * (label === 1 ? 1 : random()), 5]),
    );
    return { features, labels };
  }
  const options = { dimensions: 3, classes: 3, epochs: 40, learningRate: 0.05, batchSize: 16, seed: 7 };
  const train = clouds(300, 1);
  const test = clouds(90, 3);

  it('learns classes that a line can part, whatever the scale of the features', () => {
    const head = trainSoftmaxHead({ ...options, train, dev: clouds(60, 2) });
    assert.ok(accuracy(head.predict(test.features), test.labels) > 0.95);
  });

  it('keeps the weights that were best on dev', () => {
    const mislabelled = clouds(60, 2);
    const dev = { ...mislabelled, labels: mislabelled.labels.map((label) => (label + 1) % 3) };
    assert.ok(trainSoftmaxHead({ ...options, train, dev }).epochs < options.epochs);
  });

  it('is the same for the same seed, and trains all epochs without dev rows', () => {
    const dev = { features: new Float32Array(0), labels: [] };
    const head = trainSoftmaxHead({ ...options, epochs: 3, train, dev });
    assert.equal(head.epochs, 3);
    const again = trainSoftmaxHead({ ...options, epochs: 3, train, dev });
    assert.deepEqual(head.predict(test.features), again.predict(test.features));
  });
});
