import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { AdapterTuning } from '../../contracts/tuning.ts';
import { uploadBatch } from '../../models/encoder/batch-tensors.ts';
import { packBatch } from '../../models/encoder/batch.ts';
import { readBertConfig, type BertConfig } from '../../models/encoder/bert-config.ts';
import { backward, forward, predict } from '../../models/encoder/bert.ts';
import { weightedCrossEntropy } from '../../models/encoder/loss.ts';
import { describeParameters, type ParameterSpec } from '../../models/encoder/parameters.ts';
import { loadWeights } from '../../models/encoder/weights.ts';
import { openSafetensors, type TensorFile } from '../../models/safetensors.ts';
import { dispose, download, openDevice, tidy, upload, type Tensor } from '../../models/tf.ts';
import { adapter } from '../../models/tuning/adapter/adapter.ts';
import { readHubAdapter } from '../../models/tuning/adapter/read-hub-adapter.ts';
import type { Tuning } from '../../models/tuning/method.ts';
import type { SavedParts } from '../../models/tuning/saved.ts';
import { FIXTURES } from '../harness/paths.ts';

const TOLERANCE = 1e-4;
const PARITY = join(FIXTURES, 'parity');
const PLACEMENTS = ['houlsby', 'pfeiffer'] as const;
const ACTIVATIONS = ['relu', 'gelu', 'swish'] as const;
const USUAL = { houlsby: 'swish', pfeiffer: 'relu' } as const;

function largestDifference(ours: Float32Array, theirs: Float32Array): number {
  assert.equal(ours.length, theirs.length);
  return ours.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (theirs[i] ?? NaN))), 0);
}

/** Expected numbers: test/fixtures/make_adapter.py, AdapterHub on PyTorch. */
for (const placement of PLACEMENTS)
  describe(`bottleneck adapters of ${placement} beside AdapterHub`, () => {
    const recipe = JSON.parse(readFileSync(join(PARITY, 'tiny-bert.json'), 'utf8')) as {
      batch: number[];
      labels: number[];
      classWeights: number[];
      classes: number;
    };
    const { encoded } = JSON.parse(readFileSync(join(PARITY, 'tokens.json'), 'utf8')) as {
      encoded: { ids: number[] }[];
    };
    const texts = recipe.batch.map((i) => encoded[i]?.ids ?? []);
    const dir = join(PARITY, placement);
    const weights = new Map<string, Tensor>();
    let theirs: TensorFile;
    let config: BertConfig;
    let specs: ParameterSpec[];
    let saved: SavedParts;

    const tune = (activation?: AdapterTuning['activation']): Tuning =>
      adapter(
        { method: 'adapter', placement, reduction: 10, ...(activation === undefined ? {} : { activation }) },
        config,
        specs,
        { totalSteps: 1 },
      );
    const lossOf = (logits: Tensor): { loss: number; dLogits: Tensor } =>
      weightedCrossEntropy(logits, recipe.labels, Float32Array.from(recipe.classWeights));
    const place = (name: string, shape: readonly number[], values: Float32Array): void => {
      const before = weights.get(name);
      if (before !== undefined) dispose(before);
      weights.set(name, upload(shape, values));
    };

    before(async () => {
      await openDevice({ device: 'cpu', threads: 0 });
      theirs = openSafetensors(join(PARITY, 'adapter.safetensors'));
      config = await readBertConfig(join(FIXTURES, 'tiny-bert'));
      specs = describeParameters(config, recipe.classes);
      const stored = JSON.parse(readFileSync(join(dir, 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
      const parts = readHubAdapter(dir, stored, config);
      assert.ok(parts);
      saved = parts;
      loadWeights(join(FIXTURES, 'tiny-bert'), specs, 1, ({ name, shape }, values) => {
        place(name, shape, values);
      });
      for (const [name, { shape, values }] of saved.tensors) place(name, shape, values);
      const head = openSafetensors(join(dir, 'model_head.safetensors'));
      for (const [name, shape] of head.shapes) place(name, shape, head.read(name));
      head.close();
    });
    after(() => {
      dispose(...weights.values());
      theirs.close();
    });

    it('predicts the same logits with an adapter that AdapterHub saved', () => {
      const expected = theirs.read(`${placement}.${USUAL[placement]}.logits`);
      tidy(() => {
        const { logits } = predict(config, weights, uploadBatch(packBatch(texts)), saved.beside(weights));
        assert.ok(largestDifference(download(logits), expected) < TOLERANCE);
        // Of one length there is no padding, and the same comes out.
        const first = predict(config, weights, uploadBatch(packBatch(texts.slice(0, 1))), saved.beside(weights));
        assert.ok(largestDifference(download(first.logits), expected.subarray(0, recipe.classes)) < TOLERANCE);
      });
    });

    it('has the same sizes, and the activation of its placement where none is named', () => {
      const { added, assemble } = tune();
      assert.deepEqual(
        added.map(({ name, shape }) => [name, shape]),
        [...saved.tensors].map(([name, { shape }]) => [name, shape]),
      );
      const { wanted } = tidy(() => assemble(weights, { seed: 0, step: 0 }));
      assert.deepEqual(wanted.bottlenecks, saved.beside(weights).bottlenecks);
    });

    for (const activation of ACTIVATIONS)
      it(`gives the same gradients of every adapter and of the head with ${activation}, and no others`, () => {
        const key = `${placement}.${activation}`;
        tidy(() => {
          const tuning = tune(activation);
          const without = { rate: 0, seed: 0, step: 1 };
          const { wanted } = tuning.assemble(weights, without);
          const batch = uploadBatch(packBatch(texts));
          const { logits, cache } = forward(config, weights, batch, without, wanted);
          assert.ok(largestDifference(download(logits), theirs.read(`${key}.logits`)) < TOLERANCE);
          const { loss, dLogits } = lossOf(logits);
          assert.ok(Math.abs(loss - (theirs.read(`${key}.loss`)[0] ?? NaN)) < TOLERANCE);
          const gradients = tuning.collect(backward(dLogits, cache, config, weights, batch, without, wanted), weights);
          const names = [...tuning.trains, ...tuning.added.map(({ name }) => name)].sort();
          assert.deepEqual([...gradients.keys()].sort(), names);
          for (const [name, gradient] of gradients) {
            const difference = largestDifference(download(gradient), theirs.read(`${key}.grad.${theirName(name)}`));
            assert.ok(difference < TOLERANCE, `${name} differs by ${String(difference)}`);
          }
          const expected = [...theirs.shapes.keys()].filter((name) => name.startsWith(`${key}.grad.`));
          assert.equal(gradients.size, expected.length);
        });
      });

    it('agrees with finite differences when the model drops out', () => {
      tidy(() => {
        const tuning = tune('swish');
        const source = { rate: 0.1, seed: 3, step: 5 };
        const batch = uploadBatch(packBatch(texts));
        const lossWith = (changed: ReadonlyMap<string, Tensor>): number =>
          tidy(() => {
            const { wanted } = tuning.assemble(changed, source);
            return lossOf(forward(config, changed, batch, source, wanted).logits).loss;
          });
        const { wanted } = tuning.assemble(weights, source);
        const { logits, cache } = forward(config, weights, batch, source, wanted);
        const gradients = tuning.collect(
          backward(lossOf(logits).dLogits, cache, config, weights, batch, source, wanted),
          weights,
        );
        for (const { name, shape } of tuning.added) {
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

function theirName(ours: string): string {
  const [, layer, after, direction, kind] =
    /^layer\.(\d+)\.(attended|narrow)\.adapter\.(down|up)\.(.+)$/.exec(ours) ?? [];
  if (layer === undefined) return ours;
  const sublayer = after === 'attended' ? 'attention.output' : 'output';
  const linear = direction === 'down' ? 'adapter_down.0' : 'adapter_up';
  return `bert.encoder.layer.${layer}.${sublayer}.adapters.theirs.${linear}.${kind ?? ''}`;
}
