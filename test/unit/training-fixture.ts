import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { AssayError, type ErrorCode } from '../../contracts/errors.ts';
import type { ComputeHooks, FinetuneConfig } from '../../contracts/training.ts';
import { runFinetune } from '../../models/finetune.ts';
import { Stopped } from '../../models/stopped.ts';
import { openDevice } from '../../models/tf.ts';
import { FIXTURES } from '../harness/paths.ts';

export const MODEL = join(FIXTURES, 'tiny-bert');
const GOOD = ['lovely', 'soft', 'flattering', 'perfect', 'comfortable'];
const BAD = ['scratchy', 'thin', 'disappointing', 'stiff', 'itchy'];

/** 96 training and 24 dev rows of different lengths whose class a reader sees at once. */
export function exampleLines(): string {
  const rows = Array.from({ length: 120 }, (_, id) => {
    const label = id % 3 === 0 ? 0 : 1;
    const words = label === 1 ? GOOD : BAD;
    const text = `this dress is ${words[id % 5] ?? ''} and ${words[(id + 1) % 5] ?? ''}${' again'.repeat(id % 7)}`;
    return { id, part: id % 5 === 4 ? 'dev' : 'train', text, label };
  });
  return rows.map((row) => JSON.stringify(row)).join('\n');
}

export const CONFIG: FinetuneConfig = {
  task: {
    text: ['text'],
    label: 'label',
    classes: [
      { value: '0', name: 'bad' },
      { value: '1', name: 'good' },
    ],
    positive: 'good',
  },
  model: 'tiny-bert',
  tuning: { method: 'full' },
  epochs: 2,
  batchSize: 16,
  maxLength: 32,
  learningRate: 5e-3,
  weightDecay: 0.01,
  schedule: 'linear',
  warmupRatio: 0.1,
  maxGradientNorm: 1,
  dropout: 0.1,
  classWeights: 'balanced',
  batching: 'length',
  devMetric: 'auc',
  patience: 0,
  evaluationsPerEpoch: 2,
  checkpointEverySteps: 0,
  seed: 7,
};

export const quiet: ComputeHooks = {
  progress: () => undefined,
  checkpoint: () => Promise.resolve(),
  shouldStop: () => false,
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
};

export let workDir: string;
export let examples: string;
before(async () => {
  workDir = mkdtempSync(join(tmpdir(), 'assay-training-'));
  examples = join(workDir, 'examples.jsonl');
  writeFileSync(examples, exampleLines());
  await openDevice({ device: 'cpu', threads: 0 });
});
after(() => {
  rmSync(workDir, { recursive: true, force: true });
});

let outputs = 0;
export function train(
  config: Partial<FinetuneConfig> = {},
  options: { hooks?: Partial<ComputeHooks>; resumeFrom?: string; modelDir?: string; examples?: string } = {},
) {
  return runFinetune(
    {
      kind: 'finetune',
      config: { ...CONFIG, ...config },
      compute: { device: 'cpu', threads: 0 },
      examples: options.examples ?? examples,
      modelDir: options.modelDir ?? MODEL,
      outDir: join(workDir, `out-${String(outputs++)}`),
      ...(options.resumeFrom === undefined ? {} : { resumeFrom: options.resumeFrom }),
    },
    { ...quiet, ...options.hooks },
  );
}

export function digest(modelDir: string): string {
  return createHash('sha256')
    .update(readFileSync(join(modelDir, 'model.safetensors')))
    .digest('hex');
}

export async function fails(work: Promise<unknown>, code: ErrorCode): Promise<AssayError> {
  let caught: unknown;
  await work.catch((error: unknown) => (caught = error));
  assert.ok(caught instanceof AssayError, `expected ${code}, got ${String(caught)}`);
  assert.equal(caught.code, code, caught.message);
  return caught;
}

/** Trains until asked to stop after a step; returns a copy of the checkpoint that was handed over. */
export async function stopAfter(step: number, config: Partial<FinetuneConfig> = {}): Promise<string> {
  const kept = join(workDir, `kept-${String(step)}-${String(outputs)}`);
  let steps = 0;
  await assert.rejects(
    train(config, {
      hooks: {
        shouldStop: () => ++steps === step,
        checkpoint: (_, dir) => {
          cpSync(dir, kept, { recursive: true });
          rmSync(dir, { recursive: true });
          return Promise.resolve();
        },
      },
    }),
    (error) => error instanceof Stopped && error.step === step,
  );
  return kept;
}
