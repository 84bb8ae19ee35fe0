import { MEDIA } from '../contracts/artifacts.ts';
import { maskTable } from '../datasets/mask.ts';
import type { StepHandler } from './step.ts';

export const mask: StepHandler<'mask'> = {
  async run({ config, inputs, workDir, signal, progress }) {
    const { table, masks, masking } = await maskTable({ table: inputs.table, config, workDir, signal, progress });
    const replaced = masking.counts.reduce((sum, { count }) => sum + count, 0);
    return {
      outputs: {
        table: { file: table, mediaType: MEDIA.parquet },
        masks: { file: masks, mediaType: MEDIA.parquet },
        masking: { json: masking },
      },
      summary: { rows: masking.rows, rowsMasked: masking.rowsMasked, replaced },
    };
  },
};
