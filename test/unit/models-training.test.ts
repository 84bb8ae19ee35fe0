import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadClassifier } from '../../models/classifier.ts';
import { openSafetensors, writeSafetensors } from '../../models/safetensors.ts';
import { liveTensors } from '../../models/tf.ts';
import { MODEL, exampleLines, workDir, train, digest, fails, stopAfter } from './training-fixture.ts';

describe('fine-tuning', () => {
  it('learns the classes, keeps the weights that were best on dev, and reports what it did', async () => {
    const { training, modelDir } = await train({ epochs: 4, patience: 3 });
    const [first, last] = [training.steps[0], training.steps.at(-1)];
    assert.ok(first && last && last.loss < first.loss / 2, 'the loss fell');
    const best = training.evaluations.filter((evaluation) => evaluation.best);
    const [chosen] = best;
    assert.ok(chosen && best.length === 1);
    assert.equal(chosen.step, training.bestStep);
    assert.equal(chosen.auc, Math.max(...training.evaluations.map(({ auc }) => auc)));
    assert.equal(training.examples.train, 96);
    assert.ok(training.peakMemoryBytes > 10_000_000);
    const classifier = await loadClassifier({ dir: modelDir, classes: 2, seed: 1, dropout: 0.5 });
    assert.equal(classifier.headInitialised, false);
    const options = { maxLength: 32, batchSize: 4 };
    const texts = ['this dress is lovely and soft', 'this dress is scratchy and thin, it is itchy and stiff', ''];
    const logits = await classifier.predict(texts, options);
    assert.ok((logits[1] ?? 0) > (logits[0] ?? 0), 'a good review is taken for good');
    assert.ok((logits[2] ?? 0) > (logits[3] ?? 0), 'a bad review is taken for bad');
    assert.equal((await classifier.features(texts, options)).length, 3 * 64);
    const alone = await classifier.predict(texts.slice(1, 2), options);
    assert.ok(Math.abs((alone[0] ?? 0) - (logits[2] ?? 0)) < 1e-5, 'padding in a batch changes nothing');
    classifier.dispose();
  });

  it('gives the same weights for the same seed, and others for another', async () => {
    const [one, two, other] = [await train(), await train(), await train({ seed: 8 })];
    assert.equal(digest(one.modelDir), digest(two.modelDir));
    assert.notEqual(digest(one.modelDir), digest(other.modelDir));
  });

  for (const step of [5, 6, 9]) {
    it(`goes on from a checkpoint after step ${String(step)} of 12 to the same bits as without a stop`, async () => {
      const whole = await train();
      const resumed = await train({}, { resumeFrom: await stopAfter(step) });
      assert.equal(digest(resumed.modelDir), digest(whole.modelDir));
      assert.equal(resumed.training.resumedFromStep, step);
      assert.equal(resumed.training.bestStep, whole.training.bestStep);
      assert.deepEqual(resumed.training.steps, whole.training.steps);
      assert.deepEqual(resumed.training.evaluations, whole.training.evaluations);
    });
  }

  it('remembers patience over a resume', async () => {
    const settings = { epochs: 8, patience: 2, learningRate: 1e-9, evaluationsPerEpoch: 1 };
    const whole = await train(settings);
    assert.equal(whole.training.stoppedEarly, true);
    assert.equal(whole.training.evaluations.length, 3);
    const resumed = await train(settings, { resumeFrom: await stopAfter(13, settings) });
    assert.equal(resumed.training.evaluations.length, 3);
  });

  it('refuses a checkpoint of other settings, rows or weights, naming the difference', async () => {
    const resumeFrom = await stopAfter(3);
    const settings = await fails(train({ batchSize: 8, seed: 9 }, { resumeFrom }), 'CHECKPOINT_MISMATCH');
    assert.match(settings.message, /batchSize, seed changed/);
    const others = join(workDir, 'others.jsonl');
    writeFileSync(others, exampleLines().replace('lovely', 'awful'));
    const rows = await fails(train({}, { resumeFrom, examples: others }), 'CHECKPOINT_MISMATCH');
    assert.match(rows.message, /rows changed/);
  });

  it('checkpoints every so many steps and at the end, and says which is the best', async () => {
    const steps: number[] = [];
    await train(
      { checkpointEverySteps: 5 },
      {
        hooks: {
          checkpoint: (step, dir) => {
            steps.push(step);
            rmSync(dir, { recursive: true });
            return Promise.resolve();
          },
        },
      },
    );
    assert.deepEqual(steps, [5, 10, 12]);
  });

  it('leaves no tensor behind over 200 steps', async () => {
    let early = 0;
    let late = 0;
    await train(
      { epochs: 34, evaluationsPerEpoch: 1 },
      {
        hooks: {
          progress: () => undefined,
          breathe: () => Promise.resolve(),
          shouldStop: () => {
            late = liveTensors();
            if (early === 0) early = late;
            return false;
          },
        },
      },
    );
    assert.equal(late, early);
    const before = liveTensors();
    await train();
    assert.equal(liveTensors(), before, 'nothing is left of a training that has ended');
  });

  it('reports progress that never falls and ends below or at 1', async () => {
    const fractions: number[] = [];
    const messages: string[] = [];
    await train(
      {},
      {
        hooks: {
          progress: (message, fraction) => {
            fractions.push(fraction);
            messages.push(message);
          },
        },
      },
    );
    assert.deepEqual(
      fractions,
      [...fractions].sort((a, b) => a - b),
    );
    assert.ok((fractions.at(-1) ?? 2) <= 1);
    assert.ok(messages.some((message) => /^epoch 1\/2 · step 1\/12 · loss \d\.\d+ · [\d.]+ samples\/s$/.test(message)));
  });
});

describe('what cannot be trained is refused before the first step', () => {
  const damaged = (name: string, change: (dir: string) => void): string => {
    const dir = join(workDir, name);
    cpSync(MODEL, dir, { recursive: true });
    change(dir);
    return dir;
  };
  const editJson = (dir: string, file: string, change: Record<string, unknown>): void => {
    const path = join(dir, file);
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...change }));
  };

  it('a maximum length beyond the positions of the model', async () => {
    const error = await fails(train({ maxLength: 200 }), 'SEQUENCE_TOO_LONG');
    assert.match(error.message, /200.*128/);
  });

  it('another architecture, by its name', async () => {
    const modelDir = damaged('gpt', (dir) => {
      editJson(dir, 'config.json', { model_type: 'gpt2' });
    });
    assert.match((await fails(train({}, { modelDir }), 'MODEL_NOT_SUPPORTED')).message, /gpt2/);
  });

  it('weights that are missing, unknown or of another shape, all listed', async () => {
    const modelDir = damaged('weights', (dir) => {
      const path = join(dir, 'model.safetensors');
      const file = openSafetensors(path);
      const arrays = [...file.shapes].map(([name, shape]) => ({ name, shape, values: file.read(name) }));
      file.close();
      const changed = arrays.slice(1).map(({ name, shape, values }, i) => ({
        name: i === 0 ? 'novelty.weight' : name,
        shape: i === 1 ? [values.length] : shape,
        values: () => values,
      }));
      writeSafetensors(path, changed);
    });
    const { message } = await fails(train({}, { modelDir }), 'MODEL_WEIGHTS_MISMATCH');
    assert.match(message, /missing: /);
    assert.match(message, /not known: novelty\.weight/);
    assert.match(message, / is \d+, not \d+×64/);
  });

  it('a file of weights that is cut short', async () => {
    const modelDir = damaged('short', (dir) => {
      const path = join(dir, 'model.safetensors');
      writeFileSync(path, readFileSync(path).subarray(0, 100_000));
    });
    assert.match((await fails(train({}, { modelDir }), 'MODEL_FILE_UNREADABLE')).message, /cut short/);
  });

  it('a tokenizer with more tokens than the model has', async () => {
    const modelDir = damaged('tokenizer', (dir) => {
      editJson(dir, 'config.json', { vocab_size: 100 });
    });
    await fails(train({}, { modelDir }), 'TOKENIZER_MISMATCH');
  });

  it('training rows of one class, a label out of range, no dev rows, a dev part without one class for AUC', async () => {
    const rows = exampleLines().split('\n');
    const write = (name: string, lines: string[]): string => {
      const path = join(workDir, name);
      writeFileSync(path, lines.join('\n'));
      return path;
    };
    const good = rows.filter((row) => row.includes('"label":1'));
    await fails(train({}, { examples: write('one.jsonl', good) }), 'TRAINING_ONE_CLASS');
    const wild = rows.map((row, i) => (i === 3 ? row.replace(/"label":\d/, '"label":2') : row));
    assert.equal(
      (await fails(train({}, { examples: write('wild.jsonl', wild) }), 'EXAMPLES_INVALID')).facts['line'],
      4,
    );
    const noDev = rows.filter((row) => !row.includes('dev'));
    await fails(train({}, { examples: write('no-dev.jsonl', noDev) }), 'EXAMPLES_MISSING');
    const oneSided = rows.filter((row) => !row.includes('dev') || row.includes('"label":1'));
    await fails(train({}, { examples: write('dev.jsonl', oneSided) }), 'DEV_ONE_CLASS');
  });

  it('a loss that is not finite: the step and the rows of the batch are named', async () => {
    const modelDir = damaged('nan', (dir) => {
      const path = join(dir, 'model.safetensors');
      const file = openSafetensors(path);
      const arrays = [...file.shapes].map(([name, shape]) => ({ name, shape, values: file.read(name) }));
      file.close();
      writeSafetensors(
        path,
        arrays.map(({ name, shape, values }) => ({
          name,
          shape,
          values: () => (name === 'embeddings.LayerNorm.weight' ? values.fill(NaN) : values),
        })),
      );
    });
    const error = await fails(train({}, { modelDir }), 'LOSS_NOT_FINITE');
    assert.equal(error.facts['step'], 1);
    assert.equal((error.facts['rows'] as number[]).length, 16);
  });
});
