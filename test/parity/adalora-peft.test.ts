import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { AdaLoraTuning } from '../../contracts/tuning.ts';
import { readBertConfig } from '../../models/encoder/bert-config.ts';
import { describeParameters } from '../../models/encoder/parameters.ts';
import { loadWeights } from '../../models/encoder/weights.ts';
import { openSafetensors, type TensorFile } from '../../models/safetensors.ts';
import { dispose, openDevice, upload, type Tensor } from '../../models/tf.ts';
import { createAdamW } from '../../models/training/adamw.ts';
import type { ParameterState } from '../../models/training/optimizer.ts';
import type { TunedModel } from '../../models/training/model-weights.ts';
import { trainStep } from '../../models/training/step.ts';
import { adalora } from '../../models/tuning/adalora/adalora.ts';
import { FIXTURES } from '../harness/paths.ts';

const PARITY = join(FIXTURES, 'parity');
const PATHS: Record<string, string> = {
  query: 'attention.self.query',
  value: 'attention.self.value',
};
const KINDS: Record<string, string> = { q: 'lora_A', e: 'lora_E', p: 'lora_B' };

/** `layer.0.query.lora.q` → `bert.encoder.layer.0.attention.self.query.lora_A` */
function peftName(name: string): string {
  const [, layer, module, kind] = /^layer\.(\d+)\.(.+)\.lora\.([qep])$/.exec(name) ?? [];
  if (layer === undefined) return name;
  return `bert.encoder.layer.${layer}.${PATHS[module ?? ''] ?? ''}.${KINDS[kind ?? ''] ?? ''}`;
}

/** Expected numbers: test/fixtures/make_adalora.py, PEFT on PyTorch. */
describe('twenty steps of AdaLoRA beside PEFT', () => {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(PARITY, file), 'utf8'));
  const recipe = read('tiny-bert.json') as { batch: number[]; labels: number[]; classes: number };
  const { encoded } = read('tokens.json') as { encoded: { ids: number[] }[] };
  const expected = read('adalora.json') as {
    steps: number;
    learningRate: number;
    settings: Record<string, number>;
    losses: number[];
    ranks: Record<string, number>[];
  };
  let theirs: TensorFile;
  let model: TunedModel;
  let names: string[];
  const losses: number[] = [];
  const ranks: Record<string, number>[] = [];

  before(async () => {
    await openDevice({ device: 'cpu', threads: 0 });
    theirs = openSafetensors(join(PARITY, 'adalora.safetensors'));
    const config = await readBertConfig(join(FIXTURES, 'tiny-bert'));
    const specs = describeParameters(config, recipe.classes);
    const { init_r, target_r, tinit, tfinal, deltaT, beta1, beta2, orth_reg_weight, lora_alpha } =
      expected.settings as {
        [
          K in
            'init_r' | 'target_r' | 'tinit' | 'tfinal' | 'deltaT' | 'beta1' | 'beta2' | 'orth_reg_weight' | 'lora_alpha'
        ]: number;
      };
    const settings: AdaLoraTuning = {
      ...{ method: 'adalora', initialRank: init_r, targetRank: target_r, alpha: lora_alpha, dropout: 0 },
      ...{ tInit: tinit, tFinal: tfinal, deltaT, beta1, beta2, orthogonality: orth_reg_weight },
      modules: ['query', 'value'],
    };
    const tuning = adalora(settings, config, specs, { totalSteps: expected.steps });
    const parameters = new Map<string, ParameterState>();
    const frozen = new Map<string, Tensor>();
    loadWeights(join(FIXTURES, 'tiny-bert'), specs, 1, ({ name, shape }, values) => {
      if (tuning.trains.has(name)) parameters.set(name, { shape, weights: theirs.read(`start.${name}`) });
      else frozen.set(name, upload(shape, values));
    });
    for (const { name, shape } of tuning.added)
      parameters.set(name, { shape, weights: theirs.read(`start.${peftName(name)}`) });
    names = [...parameters.keys()];
    model = { tuning, frozen, optimizer: createAdamW(parameters, { weightDecay: 0, maxGradientNorm: 0 }) };
    for (let step = 1; step <= expected.steps; step++) {
      const { loss } = trainStep(
        {
          step,
          texts: recipe.batch.map((i) => encoded[i]?.ids ?? []),
          labels: recipe.labels,
          ids: recipe.batch,
          learningRate: expected.learningRate,
        },
        {
          ...{ config, model, dropout: 0, maxGradientNorm: 0, seed: 1 },
          rowOf: Int32Array.from({ length: config.vocabulary }, (_, id) => id),
          classWeights: new Float32Array(recipe.classes).fill(1),
        },
      );
      losses.push(loss);
      const left = (name: string): number =>
        model.optimizer.read(name, 'weights').filter((value) => value !== 0).length;
      ranks.push(
        Object.fromEntries(names.filter((name) => name.endsWith('.e')).map((name) => [peftName(name), left(name)])),
      );
    }
  });
  after(() => {
    model.optimizer.dispose();
    dispose(...model.frozen.values());
    theirs.close();
  });

  it('has the same loss in each step', () => {
    losses.forEach((loss, i) => {
      assert.ok(Math.abs(loss - (expected.losses[i] ?? NaN)) < 1e-4, `step ${String(i + 1)}: ${String(loss)}`);
    });
  });

  it('prunes the same ranks after the same steps', () => {
    assert.deepEqual(ranks, expected.ranks);
  });

  it('ends with the same tensors', () => {
    for (const name of names) {
      const [ours, end] = [model.optimizer.read(name, 'weights'), theirs.read(`end.${peftName(name)}`)];
      const difference = ours.reduce((most, value, i) => Math.max(most, Math.abs(value - (end[i] ?? NaN))), 0);
      assert.ok(difference < 1e-4, `${name} differs by ${String(difference)}`);
    }
  });
});
