import { join } from 'node:path';
import { AssayError } from '../contracts/errors.ts';
import { exportExamples } from '../datasets/examples.ts';
import type { StepHandler } from './step.ts';

export const finetune: StepHandler<'finetune'> = {
  async keyFacts({ model }, deps) {
    return { model: (await deps.baseModel(model)).sha256 };
  },

  async run({ config, inputs, workDir, signal, progress, cacheKey, deps }) {
    if (deps.trainer === null) throw new AssayError('INTERNAL', { what: 'this worker takes no tensor steps' });
    const { dir: modelDir } = await deps.baseModel(config.model);
    const examples = await exportExamples({ ...inputs, task: config.task, out: join(workDir, 'examples.jsonl') });
    const latest = await deps.store.checkpoints.latest(cacheKey);
    const resumeFrom = join(workDir, 'resume');
    if (latest !== undefined) await deps.store.fetchBundle(latest.bundle, resumeFrom, signal);

    const result = await deps.trainer.run(
      {
        kind: 'finetune',
        config,
        compute: deps.compute,
        examples: examples.path,
        modelDir,
        ...(latest === undefined ? {} : { resumeFrom }),
        outDir: join(workDir, 'out'),
      },
      {
        signal,
        progress,
        // Not bound to the signal: the checkpoint that a stop asks for must still be saved.
        async checkpoint(step, dir, best) {
          await deps.store.checkpoints.put(cacheKey, step, dir, best);
          await deps.store.checkpoints.prune(cacheKey);
        },
      },
    );
    if (result.kind !== 'finetune')
      throw new AssayError('INTERNAL', { what: 'the training process answered another job' });
    const { training } = result;
    const best = training.evaluations.find(({ step }) => step === training.bestStep);
    return {
      outputs: {
        model: { dir: result.modelDir },
        ...(result.adapterDir === undefined ? {} : { adapter: { dir: result.adapterDir } }),
        training: { json: training },
        tensorboard: { dir: result.tensorboardDir },
      },
      summary: {
        steps: training.steps.length,
        bestStep: training.bestStep,
        devMacroF1: best?.macroF1 ?? 0,
        samplesPerSecond: training.samplesPerSecond,
        device: training.device.device,
      },
    };
  },
};
