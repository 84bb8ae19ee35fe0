import type { Contender } from '../contracts/training.ts';

export const CONTENDER_NAMES: Record<Contender, string> = {
  majority: 'Majority class',
  tfidf: 'TF-IDF + logistic regression',
  untouched: 'Before: untouched model',
  frozen: 'Before: frozen encoder',
  finetuned: 'After: fine-tuned',
};
