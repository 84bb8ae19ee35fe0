import { MEDIA } from '../contracts/artifacts.ts';
import { checkTable } from '../datasets/check.ts';
import type { StepHandler } from './step.ts';

export const check: StepHandler<'check'> = {
  async run({ config, inputs, workDir, signal, progress }) {
    const { checks, failures } = await checkTable({ table: inputs.table, config, workDir, signal, progress });
    const broken = checks.results.filter(({ failed }) => failed > 0);
    return {
      outputs: { checks: { json: checks }, failures: { file: failures, mediaType: MEDIA.parquet } },
      summary: { rules: checks.results.length, rulesBroken: broken.length, failedRows: checks.failedRows },
    };
  },
};
