import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { AdapterTuning } from '../../contracts/tuning.ts';
import { loadClassifier } from '../../models/classifier.ts';
import { openSafetensors } from '../../models/safetensors.ts';
import { liveTensors } from '../../models/tf.ts';
import { devMetrics } from '../../models/training/dev-metrics.ts';
import { exampleLines, fails, train, workDir } from './training-fixture.ts';

const dev = exampleLines()
  .split('\n')
  .map((line) => JSON.parse(line) as { part: string; text: string; label: number })
  .filter(({ part }) => part === 'dev');

/** Log loss on the dev rows of a saved model. */
async function devLoss(dir: string): Promise<number> {
  const classifier = await loadClassifier({ dir, classes: 2, seed: 1, dropout: 0 });
  try {
    const logits = await classifier.predict(
      dev.map(({ text }) => text),
      { maxLength: 32, batchSize: 8 },
    );
    return devMetrics(
      logits,
      dev.map(({ label }) => label),
      2,
      1,
    ).loss;
  } finally {
    classifier.dispose();
  }
}

for (const placement of ['houlsby', 'pfeiffer'] as const)
  describe(`a saved model with adapters of ${placement}`, () => {
    const tuning: AdapterTuning = { method: 'adapter', placement, reduction: 8 };

    it('predicts what training measured, with its adapters and not without them, and leaves no tensor', async () => {
      const { training, modelDir } = await train({ epochs: 4, learningRate: 1e-2, devMetric: 'loss', tuning });
      const best = training.evaluations.find(({ step }) => step === training.bestStep);
      assert.ok(Math.abs((await devLoss(modelDir)) - (best?.loss ?? NaN)) < 1e-5);
      const before = liveTensors();
      const bare = join(workDir, `bare-${placement}`);
      cpSync(modelDir, bare, { recursive: true });
      rmSync(join(bare, 'adapter'), { recursive: true });
      const without = await devLoss(bare);
      assert.ok(without > (best?.loss ?? NaN) + 1e-3, `${String(without)} against ${String(best?.loss)}`);
      await devLoss(modelDir);
      assert.equal(liveTensors(), before);
    });

    it('has its adapters in the files and under the names of AdapterHub', async () => {
      const { adapterDir, modelDir } = await train({ tuning });
      assert.ok(adapterDir !== undefined);
      const json = (file: string): unknown => JSON.parse(readFileSync(join(adapterDir, file), 'utf8'));
      const { config, ...about } = json('adapter_config.json') as Record<string, Record<string, unknown>>;
      const first = placement === 'houlsby';
      assert.deepEqual(
        [config?.['mh_adapter'], config?.['output_adapter'], config?.['original_ln_before']],
        [first, true, !first],
      );
      assert.deepEqual([config?.['non_linearity'], config?.['reduction_factor']], [first ? 'swish' : 'relu', 8]);
      assert.equal(about['model_name'], 'tiny-bert');
      const head = json('head_config.json') as Record<string, unknown>;
      assert.deepEqual(head['label2id'], { bad: 0, good: 1 });
      const file = openSafetensors(join(adapterDir, 'adapter.safetensors'));
      const path = 'bert.encoder.layer.1.output.adapters.assay';
      assert.deepEqual(file.shapes.get(`${path}.adapter_down.0.weight`), [8, 64]);
      assert.deepEqual(file.shapes.get(`${path}.adapter_up.bias`), [64]);
      assert.equal(file.shapes.size, first ? 16 : 8);
      file.close();
      for (const name of ['adapter.safetensors', 'adapter_config.json'])
        assert.deepEqual(readFileSync(join(modelDir, 'adapter', name)), readFileSync(join(adapterDir, name)));
    });
  });

describe('adapters that do not fit', () => {
  const tuning: AdapterTuning = { method: 'adapter', placement: 'pfeiffer', reduction: 16 };

  it('a reduction that leaves no unit', async () => {
    const { message } = await fails(train({ tuning: { ...tuning, reduction: 65 } }), 'TUNING_SETTINGS');
    assert.match(message, /reduction of 65 leaves nothing of the model's hidden size 64/);
  });

  it('files of another form, of no known kind, or of another model are refused by name', async () => {
    const { modelDir } = await train({ tuning, epochs: 1 });
    const path = join(modelDir, 'adapter', 'adapter_config.json');
    const stored = JSON.parse(readFileSync(path, 'utf8')) as { config: Record<string, unknown> };
    const refused = async (changed: unknown): Promise<string> => {
      writeFileSync(path, JSON.stringify(changed));
      return (await fails(devLoss(modelDir), 'MODEL_FILE_UNREADABLE')).message;
    };
    const withConfig = (changes: Record<string, unknown>) => ({ ...stored, config: { ...stored.config, ...changes } });
    assert.match(await refused(withConfig({ is_parallel: true })), /is_parallel is true; only false is supported/);
    assert.match(await refused(withConfig({ non_linearity: 'tanh' })), /activation tanh/);
    assert.match(await refused({ peft_type: 'IA3' }), /no kind of adapter that is known/);
    assert.match(await refused(withConfig({ mh_adapter: true })), /attention\.output.+ is missing/);
    assert.match(await refused(withConfig({ leave_out: [0] })), /4 of its tensors belong to no place/);
    assert.match(await refused('not an object'), /not an object/);
  });
});
