import type { StepDescriptor } from '../step.ts';

export interface ReportConfig {
  title: string;
}

/** Draws the assessment as one self-contained HTML file, and the same as JSON. */
export const report = {
  kind: 'report',
  version: 1,
  title: 'Report',
  description: 'One self-contained HTML file with pictures, and the same as JSON.',
  queue: 'cpu',
  timeouts: { startToCloseMs: 5 * 60_000, heartbeatMs: 30_000 },
  attempts: 3,
  tensors: false,
  config: {
    type: 'object',
    additionalProperties: false,
    properties: { title: { type: 'string', default: 'Data quality and model report' } },
  },
  inputs: { assessment: { type: 'assessment', description: 'Of assess; carries its evidence.' } },
  outputs: {
    report: { type: 'report', description: 'HTML.', final: true },
    data: { type: 'report-data', description: 'The same as JSON.', final: true },
  },
} as const satisfies StepDescriptor;
