import { MEDIA } from '../contracts/artifacts.ts';
import { cleanTable } from '../datasets/clean.ts';
import type { StepHandler } from './step.ts';

export const clean: StepHandler<'clean'> = {
  async run({ config, inputs, workDir, signal, progress }) {
    const { table, audit, quarantine, cleaning } = await cleanTable({
      table: inputs.table,
      parts: inputs.parts,
      config,
      workDir,
      signal,
      progress,
    });
    return {
      outputs: {
        table: { file: table, mediaType: MEDIA.parquet },
        audit: { file: audit, mediaType: MEDIA.parquet },
        quarantine: { file: quarantine, mediaType: MEDIA.parquet },
        cleaning: { json: cleaning },
      },
      summary: { rows: cleaning.rowsOut, cellsChanged: cleaning.cellsChanged, quarantined: cleaning.rowsQuarantined },
    };
  },
};
