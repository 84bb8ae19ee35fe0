import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Training } from '../contracts/training.ts';
import { encodeEvent, type EventContent } from './tensorboard-event.ts';
import { frameRecord } from './tfrecord.ts';

export interface EventWriter {
  scalar(tag: string, step: number, value: number): void;
  /** Markdown. */
  text(tag: string, text: string): void;
  close(): void;
}

/** Writes a TensorBoard event file into `dir`, which is made. `clock` gives milliseconds since 1970. */
export function createEventWriter({ dir, clock }: { dir: string; clock: () => number }): EventWriter {
  mkdirSync(dir, { recursive: true });
  // TensorBoard reads files whose names hold "tfevents", in the order of their names.
  const file = openSync(join(dir, `events.out.tfevents.${String(Math.floor(clock() / 1000))}.assay`), 'w');
  const write = (content: EventContent): void => {
    writeSync(file, frameRecord(encodeEvent(clock() / 1000, content)));
  };
  write({ kind: 'version', version: 'brain.Event:2' });
  return {
    scalar(tag, step, value) {
      write({ kind: 'scalar', tag, step, value });
    },
    text(tag, text) {
      write({ kind: 'text', tag, text });
    },
    close() {
      closeSync(file);
    },
  };
}

/**
 * Writes a whole training, after the fact, as one event file in `dir`. `clock` says when it ended; the wall times of its steps are spread
 * evenly over its duration, since the record holds no other.
 */
export function writeTraining(dir: string, training: Training, clock: () => number = Date.now): void {
  const endedMs = clock();
  const startedMs = endedMs - training.seconds * 1000;
  const lastStep = Math.max(1, ...training.steps.slice(-1).map(({ step }) => step));
  let nowMs = startedMs;
  const writer = createEventWriter({ dir, clock: () => nowMs });
  try {
    writer.text('config', describeConfig(training));
    const points = [
      ...training.steps.map(({ step, loss, learningRate, gradientNorm }) => ({
        step,
        values: { 'train/loss': loss, 'train/learning_rate': learningRate, 'train/gradient_norm': gradientNorm },
      })),
      ...training.evaluations.map(({ step, loss, macroF1, auc, accuracy }) => ({
        step,
        values: { 'dev/loss': loss, 'dev/macro_f1': macroF1, 'dev/auc': auc, 'dev/accuracy': accuracy },
      })),
    ].sort((a, b) => a.step - b.step);
    for (const { step, values } of points) {
      nowMs = startedMs + (endedMs - startedMs) * Math.min(1, step / lastStep);
      for (const [tag, value] of Object.entries(values)) writer.scalar(tag, step, value);
    }
  } finally {
    writer.close();
  }
}

function describeConfig({ config, baseModel, device }: Training): string {
  const rows = Object.entries({ ...config, baseModel: baseModel.name, device: device.library });
  return [
    '| setting | value |',
    '| --- | --- |',
    ...rows.map(([name, value]) => `| ${name} | ${describe(value)} |`),
  ].join('\n');
}

function describe(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value).replaceAll('|', '\\|');
}
