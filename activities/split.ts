import { MEDIA } from '../contracts/artifacts.ts';
import { splitTable } from '../datasets/split.ts';
import type { StepHandler } from './step.ts';

export const split: StepHandler<'split'> = {
  async run({ config, inputs, workDir, signal, progress }) {
    const { parts, split } = await splitTable({ table: inputs.table, config, workDir, signal, progress });
    const rowsOf = (part: string) => Object.values(split.counts[part] ?? {}).reduce((sum, rows) => sum + rows, 0);
    return {
      outputs: { parts: { file: parts, mediaType: MEDIA.parquet }, split: { json: split } },
      summary: { train: rowsOf('train'), dev: rowsOf('dev'), test: rowsOf('test'), excluded: split.excluded },
    };
  },
};
