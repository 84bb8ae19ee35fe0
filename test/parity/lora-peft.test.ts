import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { uploadBatch } from '../../models/encoder/batch-tensors.ts';
import { packBatch } from '../../models/encoder/batch.ts';
import { readBertConfig, type BertConfig } from '../../models/encoder/bert-config.ts';
import { backward, forward, predict } from '../../models/encoder/bert.ts';
import { weightedCrossEntropy } from '../../models/encoder/loss.ts';
import { describeParameters, type ParameterSpec } from '../../models/encoder/parameters.ts';
import { loadWeights } from '../../models/encoder/weights.ts';
import { openSafetensors, type TensorFile } from '../../models/safetensors.ts';
import { dispose, download, openDevice, tidy, upload, type Tensor } from '../../models/tf.ts';
import { lora } from '../../models/tuning/lora/lora.ts';
import { readPeftLora } from '../../models/tuning/lora/peft-files.ts';
import type { Tuning } from '../../models/tuning/method.ts';
import { FIXTURES } from '../harness/paths.ts';

const TOLERANCE = 1e-4;
const PARITY = join(FIXTURES, 'parity');

function largestDifference(ours: Float32Array, theirs: Float32Array): number {
  assert.equal(ours.length, theirs.length);
  return ours.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (theirs[i] ?? NaN))), 0);
}

/** Expected numbers: test/fixtures/make_lora.py, PEFT on PyTorch. */
describe('LoRA on every linear layer beside PEFT', () => {
  const recipe = JSON.parse(readFileSync(join(PARITY, 'tiny-bert.json'), 'utf8')) as {
    batch: number[];
    labels: number[];
    classWeights: number[];
    classes: number;
  };
  const { encoded } = JSON.parse(readFileSync(join(PARITY, 'tokens.json'), 'utf8')) as { encoded: { ids: number[] }[] };
  const texts = recipe.batch.map((i) => encoded[i]?.ids ?? []);
  let theirs: TensorFile;
  let config: BertConfig;
  let specs: ParameterSpec[];
  let tuning: Tuning;
  const weights = new Map<string, Tensor>();

  before(async () => {
    await openDevice({ device: 'cpu', threads: 0 });
    theirs = openSafetensors(join(PARITY, 'lora.safetensors'));
    config = await readBertConfig(join(FIXTURES, 'tiny-bert'));
    specs = describeParameters(config, recipe.classes);
    const adapter = readPeftLora(join(PARITY, 'lora'), config);
    assert.deepEqual(adapter.config, {
      method: 'lora',
      rank: 4,
      alpha: 12,
      dropout: 0.1,
      modules: ['query', 'key', 'value', 'output', 'feedForward'],
    });
    tuning = lora({ ...adapter.config, dropout: 0 }, config, specs, { totalSteps: 1 });
    loadWeights(join(FIXTURES, 'tiny-bert'), specs, 1, ({ name, shape }, values) => {
      weights.set(name, upload(shape, values));
    });
    for (const [name, { shape, values }] of adapter.tensors) {
      const before = weights.get(name);
      if (before !== undefined) dispose(before);
      weights.set(name, upload(shape, values));
    }
  });
  after(() => {
    dispose(...weights.values());
    theirs.close();
  });

  it('gives the same logits with an adapter that PEFT saved, merged', () => {
    tidy(() => {
      const { weights: merged } = tuning.assemble(weights, { seed: 0, step: 0 });
      const { logits } = predict(config, merged, uploadBatch(packBatch(texts)));
      assert.ok(largestDifference(download(logits), theirs.read('logits')) < TOLERANCE);
    });
  });

  it('gives the same gradients of every A and B and of the head, and no others', () => {
    tidy(() => {
      const without = { rate: 0, seed: 0, step: 1 };
      const { weights: merged, wanted } = tuning.assemble(weights, without);
      const batch = uploadBatch(packBatch(texts));
      const { logits, cache } = forward(config, merged, batch, without, wanted);
      const { loss, dLogits } = weightedCrossEntropy(logits, recipe.labels, Float32Array.from(recipe.classWeights));
      assert.ok(Math.abs(loss - (theirs.read('loss')[0] ?? NaN)) < TOLERANCE);
      const gradients = tuning.collect(backward(dLogits, cache, config, merged, batch, without, wanted), weights);
      const names = [...tuning.trains, ...tuning.added.map(({ name }) => name)].sort();
      assert.deepEqual([...gradients.keys()].sort(), names);
      const paths: Record<string, string> = {
        query: 'attention.self.query',
        key: 'attention.self.key',
        value: 'attention.self.value',
        output: 'attention.output.dense',
        intermediate: 'intermediate.dense',
        'output.dense': 'output.dense',
      };
      for (const [name, gradient] of gradients) {
        const [, layer, module, part] = /^layer\.(\d+)\.(.+)\.lora\.([ab])$/.exec(name) ?? [];
        const named =
          layer === undefined
            ? `grad.base_model.model.${name}`
            : `grad.base_model.model.bert.encoder.layer.${layer}.${paths[module ?? ''] ?? ''}.lora_${(part ?? '').toUpperCase()}.weight`;
        const difference = largestDifference(download(gradient), theirs.read(named));
        assert.ok(difference < TOLERANCE, `${name} differs by ${String(difference)}`);
      }
      assert.equal(gradients.size, [...theirs.shapes.keys()].filter((name) => name.startsWith('grad.')).length);
    });
  });

  it('agrees with finite differences when the parts have dropout', () => {
    tidy(() => {
      const dropping = lora(
        {
          method: 'lora',
          rank: 4,
          alpha: 12,
          dropout: 0.3,
          modules: ['query', 'key', 'value', 'output', 'feedForward'],
        },
        config,
        specs,
        { totalSteps: 1 },
      );
      const source = { rate: 0.1, seed: 3, step: 5 };
      const lossWith = (changed: ReadonlyMap<string, Tensor>): number =>
        tidy(() => {
          const { weights: merged, wanted } = dropping.assemble(changed, source);
          const { logits } = forward(config, merged, uploadBatch(packBatch(texts)), source, wanted);
          return weightedCrossEntropy(logits, recipe.labels, Float32Array.from(recipe.classWeights)).loss;
        });
      const { weights: merged, wanted } = dropping.assemble(weights, source);
      const batch = uploadBatch(packBatch(texts));
      const { logits, cache } = forward(config, merged, batch, source, wanted);
      const { dLogits } = weightedCrossEntropy(logits, recipe.labels, Float32Array.from(recipe.classWeights));
      const gradients = dropping.collect(backward(dLogits, cache, config, merged, batch, source, wanted), weights);
      for (const { name, shape } of dropping.added) {
        const tensor = weights.get(name);
        const gradient = gradients.get(name);
        assert.ok(tensor && gradient);
        const slope = download(gradient);
        const norm = Math.sqrt(slope.reduce((sum, value) => sum + value * value, 0));
        // Along its own gradient a function rises by the gradient's norm.
        const move = (by: number): number => {
          const moved = download(tensor).map((value, i) => value + (by * (slope[i] ?? 0)) / norm);
          return lossWith(new Map(weights).set(name, upload(shape, moved)));
        };
        const by = 5e-3 / norm;
        const rise = (move(by) - move(-by)) / (2 * by);
        assert.ok(Math.abs(rise - norm) < 0.02 * norm, `${name}: ${String(rise)} against ${String(norm)}`);
      }
    });
  });
});
