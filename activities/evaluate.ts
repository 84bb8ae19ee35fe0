import { join } from 'node:path';
import { MEDIA } from '../contracts/artifacts.ts';
import { AssayError } from '../contracts/errors.ts';
import { exportExamples } from '../datasets/examples.ts';
import { jsonLinesToParquet } from '../datasets/table.ts';
import type { StepHandler } from './step.ts';

export const evaluate: StepHandler<'evaluate'> = {
  async keyFacts({ baseModel }, deps) {
    return { model: (await deps.baseModel(baseModel)).sha256 };
  },

  async run({ config, inputs, workDir, signal, progress, deps }) {
    if (deps.trainer === null) throw new AssayError('INTERNAL', { what: 'this worker takes no tensor steps' });
    const { dir: baseModelDir } = await deps.baseModel(config.baseModel);
    const examples = await exportExamples({ ...inputs, task: config.task, out: join(workDir, 'examples.jsonl') });
    const result = await deps.trainer.run(
      {
        kind: 'evaluate',
        config,
        compute: deps.compute,
        examples: examples.path,
        baseModelDir,
        modelDir: inputs.model,
        outDir: join(workDir, 'out'),
      },
      { signal, progress, checkpoint: () => Promise.resolve() },
    );
    if (result.kind !== 'evaluate')
      throw new AssayError('INTERNAL', { what: 'the training process answered another job' });
    const predictions = join(workDir, 'predictions.parquet');
    await jsonLinesToParquet({ path: result.predictions, out: predictions, workDir });
    const { scores, testRows } = result.evaluation;
    return {
      outputs: {
        evaluation: { json: result.evaluation },
        predictions: { file: predictions, mediaType: MEDIA.parquet },
      },
      summary: {
        testRows,
        macroF1Untouched: scores.untouched.macroF1,
        macroF1Frozen: scores.frozen.macroF1,
        macroF1Finetuned: scores.finetuned.macroF1,
        macroF1Tfidf: scores.tfidf.macroF1,
      },
    };
  },
};
