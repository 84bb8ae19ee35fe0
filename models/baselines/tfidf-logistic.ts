import { classificationReport, confusionMatrix } from '../metrics/classification-report.ts';
import { argmaxRows } from '../metrics/softmax.ts';
import { fitLogisticRegression, type LogisticRegression } from './logistic-regression.ts';
import { fitTfidf } from './tfidf.ts';

export interface LabelledTexts {
  texts: readonly string[];
  labels: ArrayLike<number>;
}

export interface TfidfLogistic {
  /** Probabilities [texts × classes]. */
  predict(texts: readonly string[]): Float64Array;
  terms: number;
  /** The inverse strength of the penalty that was best on dev. */
  C: number;
}

const STRENGTHS = [1, 3, 10, 30, 100];

/**
 * The classical baseline: TF-IDF of words and pairs of words, then logistic regression. The penalty is chosen by macro-F1 on dev, the
 * strongest of equals; without dev rows it is 1. Deterministic.
 */
export function trainTfidfLogistic(train: LabelledTexts, dev: LabelledTexts, classes: number): TfidfLogistic {
  const tfidf = fitTfidf(train.texts, { minDocuments: 2, maxTerms: 50_000 });
  const features = tfidf.transform(train.texts);
  const devFeatures = tfidf.transform(dev.texts);
  const names = Array.from({ length: classes }, (_, k) => String(k));

  let best: { model: LogisticRegression; C: number; macroF1: number } | undefined;
  let start: Float64Array | undefined;
  for (const C of dev.texts.length === 0 ? [1] : STRENGTHS) {
    const model = fitLogisticRegression(features, train.labels, { classes, C, ...(start && { start }) });
    start = model.weights;
    const predicted = argmaxRows(model.predict(devFeatures), classes);
    const { macroF1 } = classificationReport(confusionMatrix(dev.labels, predicted, classes), names);
    if (best === undefined || macroF1 > best.macroF1) best = { model, C, macroF1 };
  }
  if (best === undefined) throw new Error('no penalty was tried');
  const { model, C } = best;
  return { C, terms: tfidf.terms.length, predict: (texts) => model.predict(tfidf.transform(texts)) };
}
