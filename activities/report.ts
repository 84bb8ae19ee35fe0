import { readFile } from 'node:fs/promises';
import { MEDIA } from '../contracts/artifacts.ts';
import type { AssessedRun, ReportData } from '../contracts/governance.ts';
import { renderReport } from '../governance/report/render.ts';
import type { StepHandler } from './step.ts';

export const report: StepHandler<'report'> = {
  uncached: true,

  async run({ config, inputs, run, deps }) {
    const assessed = JSON.parse(await readFile(inputs.assessment, 'utf8')) as AssessedRun;
    const { workflowId, runId, pipeline, planSha256, startedAt } = run;
    const data: ReportData = {
      ...assessed,
      title: config.title,
      run: { workflowId, runId, pipeline, planSha256, startedAt, createdAt: deps.clock().toISOString() },
    };
    const html = renderReport(data);
    return {
      outputs: { report: { text: html, mediaType: MEDIA.html }, data: { json: data } },
      summary: { bytes: Buffer.byteLength(html) },
    };
  },
};
