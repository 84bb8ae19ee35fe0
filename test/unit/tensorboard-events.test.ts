import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import protobuf from 'protobufjs';
import type { Training } from '../../contracts/training.ts';
import { createEventWriter, writeTraining } from '../../models/tensorboard.ts';
import { crc32c, frameRecord, maskedCrc32c } from '../../models/tfrecord.ts';

describe('CRC-32C', () => {
  it('gives the check values of RFC 3720, appendix B.4', () => {
    const up = Uint8Array.from({ length: 32 }, (_, i) => i);
    assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
    assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
    assert.equal(crc32c(up), 0x46dd794e);
    assert.equal(crc32c(up.toReversed()), 0x113fdb5c);
    assert.equal(crc32c(new TextEncoder().encode('123456789')), 0xe3069283);
  });

  it('frames a record so that a changed byte shows', () => {
    const record = frameRecord(new TextEncoder().encode('reviews'));
    assert.equal(readRecords(record).length, 1);
    record[14] = (record[14] ?? 0) ^ 1;
    assert.throws(() => readRecords(record), /checksum/);
  });
});

// The parts of tensorflow/core/util/event.proto and its imports that are read here.
const Event = protobuf
  .parse(
    `
  syntax = "proto3";
  message Event { double wall_time = 1; int64 step = 2; oneof what { string file_version = 3; Summary summary = 5; } }
  message Summary { repeated Value value = 1; }
  message Value { string tag = 1; Metadata metadata = 9; oneof value { float simple_value = 2; Tensor tensor = 8; } }
  message Metadata { Plugin plugin_data = 1; }
  message Plugin { string plugin_name = 1; }
  message Tensor { int32 dtype = 1; Shape tensor_shape = 2; repeated bytes string_val = 8; }
  message Shape { repeated Dim dim = 2; }
  message Dim { int64 size = 1; }
`,
  )
  .root.lookupType('Event');

interface ReadEvent {
  wallTime: number;
  step?: string;
  fileVersion?: string;
  summary?: {
    value: {
      tag: string;
      simpleValue?: number;
      tensor?: { dtype: number; tensorShape: { dim: { size: string }[] }; stringVal: string[] };
      metadata?: { pluginData: { pluginName: string } };
    }[];
  };
}

describe('event files', () => {
  it('hold a version, then scalars and text with their steps and times', () => {
    const [version, scalar, text] = eventsOf((dir) => {
      let nowMs = 1_700_000_000_000;
      const writer = createEventWriter({ dir, clock: () => nowMs });
      nowMs += 1500;
      writer.scalar('train/loss', 300, 0.25);
      writer.text('config', '| größe |');
      writer.close();
    });
    assert.equal(version?.fileVersion, 'brain.Event:2');
    assert.equal(version.wallTime, 1_700_000_000);
    assert.equal(scalar?.wallTime, 1_700_000_001.5);
    assert.equal(scalar.step, '300');
    assert.deepEqual(scalar.summary?.value, [{ tag: 'train/loss', simpleValue: 0.25 }]);
    const [value] = text?.summary?.value ?? [];
    assert.equal(value?.tag, 'config');
    assert.equal(value.metadata?.pluginData.pluginName, 'text');
    assert.equal(value.tensor?.dtype, 7);
    assert.deepEqual(value.tensor.tensorShape, { dim: [{ size: '1' }] });
    assert.equal(Buffer.from(value.tensor.stringVal[0] ?? '', 'base64').toString(), '| größe |');
  });

  it('hold every step and evaluation of a training, in order, spread over its duration', () => {
    const events = eventsOf((dir) => {
      writeTraining(dir, TRAINING, () => 1_700_000_000_000);
    });
    const points = events.flatMap(({ step, wallTime, summary }) =>
      (summary?.value ?? []).map(({ tag, simpleValue }) => ({ tag, step, wallTime, simpleValue })),
    );
    const loss = points.filter(({ tag }) => tag === 'train/loss');
    assert.deepEqual(
      loss.map(({ step, simpleValue }) => [step, simpleValue]),
      [
        ['1', 0.75],
        ['2', 0.5],
        ['3', 0.375],
        ['4', 0.25],
      ],
    );
    const [evaluation] = points.filter(({ tag }) => tag === 'dev/macro_f1');
    assert.equal(evaluation?.step, '4');
    assert.equal(evaluation.simpleValue, 0.875);
    assert.equal(evaluation.wallTime, 1_700_000_000);
    assert.ok(points.every(({ wallTime }, i) => i === 0 || wallTime >= (points[i - 1]?.wallTime ?? 0)));
    assert.ok(points.every(({ wallTime }) => wallTime >= 1_700_000_000 - 8));
    const tags = ['train/learning_rate', 'train/gradient_norm', 'dev/loss', 'dev/auc', 'config'];
    for (const tag of tags)
      assert.ok(
        points.some((point) => point.tag === tag),
        tag,
      );
  });
});

function eventsOf(write: (dir: string) => void): ReadEvent[] {
  const dir = mkdtempSync(join(tmpdir(), 'assay-tensorboard-'));
  try {
    write(dir);
    const files = readdirSync(dir);
    assert.equal(files.length, 1);
    assert.match(files[0] ?? '', /^events\.out\.tfevents\.\d+/);
    return readRecords(readFileSync(join(dir, files[0] ?? ''))).map((record) => {
      const event: unknown = Event.toObject(Event.decode(record), { longs: String, bytes: String });
      return event as ReadEvent;
    });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Records of a TFRecord file; throws where a checksum does not fit. */
function readRecords(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: Uint8Array[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    const record = file.subarray(at + 12, at + 12 + length);
    if (view.getUint32(at + 8, true) !== maskedCrc32c(file.subarray(at, at + 8))) throw new Error('length checksum');
    if (view.getUint32(at + 12 + length, true) !== maskedCrc32c(record)) throw new Error('data checksum');
    records.push(record);
    at += 16 + length;
  }
  return records;
}

const TRAINING: Training = {
  config: {
    task: { text: ['text'], label: 'label', classes: [], positive: 'good' },
    model: 'tiny',
    tuning: { method: 'full' },
    epochs: 1,
    batchSize: 2,
    maxLength: 16,
    learningRate: 5e-5,
    weightDecay: 0.01,
    schedule: 'linear',
    warmupRatio: 0.1,
    maxGradientNorm: 1,
    dropout: 0.1,
    classWeights: 'none',
    batching: 'length',
    devMetric: 'macroF1',
    patience: 2,
    evaluationsPerEpoch: 1,
    checkpointEverySteps: 0,
    seed: 7,
  },
  device: { device: 'cpu', library: 'tensorflow on CPU', threads: 2 },
  baseModel: { name: 'tiny', architecture: 'bert', parameters: 1000, trainableParameters: 1000, sha256: '' },
  examples: { train: 8, dev: 4, truncated: 0 },
  steps: [0.75, 0.5, 0.375, 0.25].map((loss, i) => ({ step: i + 1, loss, learningRate: 5e-5, gradientNorm: 1 })),
  evaluations: [{ step: 4, epoch: 1, loss: 0.5, macroF1: 0.875, auc: 0.9, accuracy: 0.9, best: true }],
  bestStep: 4,
  stoppedEarly: false,
  resumedFromStep: null,
  seconds: 8,
  samplesPerSecond: 1,
  tokensPerSecond: 16,
  peakMemoryBytes: 1,
};
