import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ComputeHooks, FinetuneConfig } from '../contracts/training.ts';

export interface TrainingJob {
  /** Folder of train.csv, dev.csv and test.csv with the columns text and label. */
  splitDir: string;
  modelDir: string;
  seed: number;
  epochs: number;
  batching: 'length' | 'random';
  /** First rows of the training part; null for all. */
  rows: number | null;
  /** No evaluation on dev, no test. */
  speedOnly: boolean;
}

export interface OurRun {
  library: string;
  threads: number;
  samplesPerSecond: number;
  peakMemoryBytes: number;
  test: { accuracy: number; macroF1: number; auc: number } | null;
}

interface Review {
  text: string;
  label: number;
}

const CLASSES = ['not recommended', 'recommended'];

/** Rows of one part, in the order of the file. Throws with the path when it cannot be read. */
export async function readReviews(splitDir: string, part: string): Promise<Review[]> {
  const path = join(splitDir, `${part}.csv`);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  try {
    const reader = await connection.runAndReadAll(
      `SELECT text, CAST(label AS INTEGER) FROM read_csv($1, header = true, quote = '"', escape = '"')`,
      [path],
    );
    return reader.getRows().map(([text, label]) => ({ text: String(text), label: Number(label) }));
  } catch (cause) {
    throw new Error(`cannot read ${path}: the benchmark needs bench_reviews/ in $ASSAY_DATA`, { cause });
  } finally {
    connection.closeSync();
  }
}

/** Our half of the benchmark: one training with the product's own code and, unless it is for speed alone, its score on the test rows. */
export async function trainingJob(job: TrainingJob): Promise<OurRun> {
  const { runFinetune } = await import('../models/finetune.ts');
  const { loadClassifier } = await import('../models/classifier.ts');
  const { scores } = await import('../models/metrics/scores.ts');
  const { softmaxRows } = await import('../models/metrics/softmax.ts');
  const workDir = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  try {
    const train = (await readReviews(job.splitDir, 'train')).slice(0, job.rows ?? undefined);
    // A speed-only run still needs a dev row for the code under test to do its round.
    const dev = (await readReviews(job.splitDir, 'dev')).slice(0, job.speedOnly ? 1 : undefined);
    const examples = join(workDir, 'examples.jsonl');
    await writeExamples(examples, { train, dev });
    const config = recipe(job);
    const { training, modelDir } = await runFinetune(
      {
        kind: 'finetune',
        config,
        compute: { device: 'auto', threads: 0 },
        examples,
        modelDir: job.modelDir,
        outDir: join(workDir, 'out'),
      },
      quietHooks,
    );
    let test: OurRun['test'] = null;
    if (!job.speedOnly) {
      const rows = await readReviews(job.splitDir, 'test');
      const classifier = await loadClassifier({ dir: modelDir, classes: 2, seed: job.seed, dropout: 0 });
      const logits = await classifier.predict(
        rows.map(({ text }) => text),
        { maxLength: config.maxLength, batchSize: 32, progress: () => undefined },
      );
      classifier.dispose();
      const { accuracy, macroF1, auc } = scores({
        labels: rows.map(({ label }) => label),
        probabilities: softmaxRows(logits, 2),
        classes: CLASSES,
        positive: 'recommended',
      });
      test = { accuracy, macroF1, auc: auc ?? NaN };
    }
    return {
      library: training.device.library,
      threads: training.device.threads,
      samplesPerSecond: training.samplesPerSecond,
      // Of the whole process, as for the peer; ru_maxrss is in kilobytes.
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      test,
    };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** The recipe that the peer script has too: all epochs are trained, and the weights of the epoch that is best on dev are tested. */
function recipe(job: TrainingJob): FinetuneConfig {
  return {
    task: {
      text: ['text'],
      label: 'label',
      classes: CLASSES.map((name, value) => ({ value: String(value), name })),
      positive: 'recommended',
    },
    model: basename(job.modelDir),
    tuning: { method: 'full' },
    epochs: job.epochs,
    batchSize: 16,
    maxLength: 128,
    learningRate: 5e-5,
    weightDecay: 0.01,
    schedule: 'linear',
    warmupRatio: 0.1,
    maxGradientNorm: 1,
    dropout: 0.1,
    classWeights: 'none',
    batching: job.batching,
    devMetric: 'macroF1',
    patience: 0,
    evaluationsPerEpoch: 1,
    checkpointEverySteps: 0,
    seed: job.seed,
  };
}

async function writeExamples(path: string, parts: { train: Review[]; dev: Review[] }): Promise<void> {
  const file = createWriteStream(path);
  let id = 0;
  for (const [part, rows] of Object.entries(parts)) {
    for (const { text, label } of rows) file.write(`${JSON.stringify({ id: id++, part, text, label })}\n`);
  }
  file.end();
  await once(file, 'finish');
}

const quietHooks: ComputeHooks = {
  progress: () => undefined,
  checkpoint: () => Promise.resolve(),
  shouldStop: () => false,
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
};
