import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TuningConfig } from '../../contracts/tuning.ts';
import { loadClassifier } from '../../models/classifier.ts';
import { openSafetensors } from '../../models/safetensors.ts';
import { liveTensors } from '../../models/tf.ts';
import { digest, fails, MODEL, stopAfter, train } from './training-fixture.ts';

const lora: TuningConfig = {
  method: 'lora',
  rank: 4,
  alpha: 8,
  dropout: 0.1,
  modules: ['query', 'value', 'feedForward'],
};
const adalora: TuningConfig = {
  ...{ method: 'adalora', initialRank: 6, targetRank: 3, alpha: 8, dropout: 0.1, modules: ['query', 'value'] },
  ...{ tInit: 3, tFinal: 5, deltaT: 2, beta1: 0.85, beta2: 0.85, orthogonality: 0.5 },
};
const houlsby: TuningConfig = { method: 'adapter', placement: 'houlsby', reduction: 16, activation: 'gelu' };
const METHODS: { tuning: TuningConfig; trains: RegExp; trainable: number }[] = [
  // Pooler 64·64 + 64 and head 2·64 + 2.
  { tuning: { method: 'top', layers: 0 }, trains: /^(bert\.pooler|classifier)\./, trainable: 4290 },
  // A layer of 4·(64·64 + 64) + 64·128 + 128 + 128·64 + 64, and two norms of 128.
  {
    tuning: { method: 'top', layers: 1 },
    trains: /^(bert\.pooler|classifier|bert\.encoder\.layer\.1)\./,
    trainable: 37_762,
  },
  // Two layers of 4·(2·(64 + 64) + (64 + 128) + (128 + 64)), and the head.
  {
    tuning: lora,
    trains: /query\.weight|value\.weight|intermediate\.dense\.weight|\d\.output\.dense\.weight|^classifier/,
    trainable: 5250,
  },
  // Two layers of 2·(6·(64 + 64) + 6), and the head.
  { tuning: adalora, trains: /query\.weight|value\.weight|^classifier/, trainable: 3226 },
  // Two layers of 2·(2·4·64 + 4 + 64), or of one such, and the head; what is beside the weights is in files of its own.
  { tuning: houlsby, trains: /^classifier/, trainable: 2450 },
  { tuning: { method: 'adapter', placement: 'pfeiffer', reduction: 16 }, trains: /^classifier/, trainable: 1290 },
];
const settings = { epochs: 4, learningRate: 1e-2 };

for (const { tuning, trains, trainable } of METHODS)
  describe(`tuning by ${JSON.stringify(tuning)}`, () => {
    it('learns the classes, changes what trains and nothing else, and counts it', async () => {
      const { training, modelDir } = await train({ ...settings, tuning });
      const best = training.evaluations.find(({ step }) => step === training.bestStep);
      assert.ok((best?.auc ?? 0) > 0.9, `AUC ${String(best?.auc)}`);
      assert.equal(training.baseModel.trainableParameters, trainable);
      const [before, after] = [join(MODEL, 'model.safetensors'), join(modelDir, 'model.safetensors')].map(
        openSafetensors,
      );
      assert.ok(before && after);
      for (const name of after.shapes.keys()) {
        const old = name.replace(/^bert\./, '');
        if (!before.shapes.has(old)) continue;
        const same = Buffer.from(before.read(old).buffer).equals(Buffer.from(after.read(name).buffer));
        assert.equal(same, !trains.test(name), name);
      }
      before.close();
      after.close();
    });

    it('goes on from a checkpoint to the same bits as without a stop', async () => {
      const whole = await train({ ...settings, tuning });
      const resumed = await train({ ...settings, tuning }, { resumeFrom: await stopAfter(7, { ...settings, tuning }) });
      assert.equal(digest(resumed.modelDir), digest(whole.modelDir));
      assert.deepEqual(filesIn(resumed.adapterDir), filesIn(whole.adapterDir));
    });

    it('leaves no tensor behind', async () => {
      await train({ tuning, epochs: 2 });
      const before = liveTensors();
      await train({ tuning, epochs: 3 });
      assert.equal(liveTensors(), before);
    });
  });

describe('LoRA files', () => {
  it('hold the adapter and the head for PEFT, and the merged model beside them', async () => {
    const { adapterDir, modelDir } = await train({ ...settings, tuning: lora });
    assert.ok(adapterDir !== undefined && existsSync(join(adapterDir, 'adapter_model.safetensors')));
    const config = JSON.parse(readFileSync(join(adapterDir, 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
    const { peft_type: type, r, lora_alpha: alpha, target_modules: modules } = config;
    assert.deepEqual({ type, r, alpha }, { type: 'LORA', r: 4, alpha: 8 });
    const target = new RegExp(`^${String(modules)}$`);
    assert.ok(target.test('bert.encoder.layer.1.output.dense'));
    assert.ok(!target.test('bert.encoder.layer.1.attention.output.dense'), 'only what was tuned');
    const classifier = await loadClassifier({ dir: modelDir, classes: 2, seed: 1, dropout: 0 });
    const logits = await classifier.predict(['this dress is lovely and soft'], { maxLength: 32, batchSize: 1 });
    assert.ok((logits[1] ?? 0) > (logits[0] ?? 0));
    classifier.dispose();
  });
});

describe('AdaLoRA', () => {
  it('prunes to its budget, leaves the pruned triplets out of the adapter, and says which ranks are left', async () => {
    // The last evaluation comes after the last pruning, and a falling loss makes it the best.
    const { training, adapterDir } = await train({ ...settings, devMetric: 'loss', tuning: adalora });
    assert.equal(training.bestStep, 24);
    const ranks = training.ranks ?? [];
    assert.deepEqual(
      ranks.map(({ name }) => name),
      ['layer 0 query', 'layer 0 value', 'layer 1 query', 'layer 1 value'],
    );
    assert.ok(ranks.reduce((sum, { rank }) => sum + rank, 0) <= 12, JSON.stringify(ranks));
    const file = openSafetensors(join(adapterDir ?? '', 'adapter_model.safetensors'));
    const rows = [...file.shapes].filter(([name]) => name.endsWith('lora_A')).map(([, shape]) => shape[0]);
    file.close();
    assert.deepEqual(
      rows,
      ranks.map(({ rank }) => rank),
    );
  });
});

describe('settings of tuning that do not fit the model', () => {
  it('more layers than there are', async () => {
    const { message } = await fails(train({ tuning: { method: 'top', layers: 3 } }), 'TUNING_SETTINGS');
    assert.match(message, /3 layers are to train, and the model has 2/);
  });

  it('AdaLoRA with no step left to prune in, or a target above its start', async () => {
    const long = await fails(train({ tuning: { ...adalora, tInit: 100 } }), 'TUNING_SETTINGS');
    assert.match(long.message, /tInit 100 \+ tFinal 5 leave no step to prune in: this training has 12 steps/);
    await fails(train({ tuning: { ...adalora, targetRank: 7 } }), 'TUNING_SETTINGS');
  });

  it('a checkpoint of another method', async () => {
    const resumeFrom = await stopAfter(5, { tuning: { method: 'top', layers: 1 } });
    const { message } = await fails(train({ tuning: lora }, { resumeFrom }), 'CHECKPOINT_MISMATCH');
    assert.match(message, /tuning/);
  });
});

function filesIn(dir: string | undefined): [string, Buffer][] {
  return dir === undefined ? [] : readdirSync(dir).map((name) => [name, readFileSync(join(dir, name))]);
}
