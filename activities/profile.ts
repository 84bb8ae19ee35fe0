import { profileTable } from '../datasets/profile.ts';
import type { StepHandler } from './step.ts';

export const profile: StepHandler<'profile'> = {
  async run({ config, inputs, workDir, signal, progress }) {
    const profile = await profileTable({ table: inputs.table, config, workDir, signal, progress });
    const missing = profile.columns.reduce((sum, column) => sum + column.missing, 0);
    return {
      outputs: { profile: { json: profile } },
      summary: {
        rows: profile.rows,
        columns: profile.columns.length,
        missingCells: missing,
        duplicateRows: profile.duplicateRows,
      },
    };
  },
};
