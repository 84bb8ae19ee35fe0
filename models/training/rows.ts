import { AssayError } from '../../contracts/errors.ts';
import type { FinetuneConfig } from '../../contracts/training.ts';
import { readExamples, type PartRows } from '../evaluation/read-examples.ts';
import type { TextTokenizer } from '../tokenizer.ts';

/** Tokenized rows of one part. */
export interface TokenizedRows {
  ids: readonly number[];
  labels: readonly number[];
  tokens: readonly Int32Array[];
}

export interface TrainingRows {
  train: TokenizedRows;
  dev: TokenizedRows;
  /** Texts that were cut, of both parts. */
  truncated: number;
}

/**
 * The training and dev rows of a file of examples, tokenized.
 * Throws EXAMPLES_INVALID, EXAMPLES_MISSING, TRAINING_ONE_CLASS, DEV_ONE_CLASS.
 */
export async function readTrainingRows(
  examples: string,
  config: FinetuneConfig,
  tokenizer: TextTokenizer,
): Promise<TrainingRows> {
  const classes = config.task.classes.map(({ name }) => name);
  const { train, dev } = await readExamples(examples, classes.length);
  if (train.ids.length === 0) throw new AssayError('EXAMPLES_MISSING', { part: 'train', purpose: 'train on' });
  if (dev.ids.length === 0)
    throw new AssayError('EXAMPLES_MISSING', { part: 'dev', purpose: 'choose the best model on' });
  const only = onlyClass(train.labels);
  if (only !== null) throw new AssayError('TRAINING_ONE_CLASS', { rows: train.ids.length, only: classes[only] ?? '' });
  const onlyDev = onlyClass(dev.labels);
  if (config.devMetric === 'auc' && onlyDev !== null)
    throw new AssayError('DEV_ONE_CLASS', { rows: dev.ids.length, only: classes[onlyDev] ?? '' });
  let truncated = 0;
  const tokenize = ({ ids, labels, texts }: PartRows): TokenizedRows => ({
    ids,
    labels,
    tokens: texts.map((text) => {
      const encoded = tokenizer.encode(text, config.maxLength);
      if (encoded.truncated) truncated++;
      return Int32Array.from(encoded.ids);
    }),
  });
  return { train: tokenize(train), dev: tokenize(dev), truncated };
}

function onlyClass(labels: readonly number[]): number | null {
  const [first] = labels;
  return first !== undefined && labels.every((label) => label === first) ? first : null;
}
