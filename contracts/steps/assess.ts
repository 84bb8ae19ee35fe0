import type { StepDescriptor } from '../step.ts';

export type AssessConfig = Record<string, never>;

/** Judges the evidence of a run: quality before and after, findings, recommendations, capability. */
export const assess = {
  kind: 'assess',
  version: 1,
  title: 'Assess',
  description:
    'Quality before and after by dimension, findings, ranked recommendations and a DCMM self-assessment, from evidence alone.',
  queue: 'cpu',
  timeouts: { startToCloseMs: 5 * 60_000, heartbeatMs: 30_000 },
  attempts: 3,
  tensors: false,
  config: { type: 'object', additionalProperties: false, properties: {} },
  inputs: {
    metadata: { type: 'metadata', description: 'Of ingest.' },
    profile: { type: 'profile', description: 'Of the raw table.' },
    split: { type: 'split', description: 'Of split.', optional: true },
    checksBefore: { type: 'checks', description: 'Of the raw table.' },
    checksAfter: { type: 'checks', description: 'Of the cleaned table, by the same rules.', optional: true },
    failures: { type: 'failed-rows', description: 'Of the raw table.', optional: true },
    cleaning: { type: 'cleaning', description: 'Of clean.', optional: true },
    audit: { type: 'audit-rows', description: 'Of clean.', optional: true },
    quarantine: { type: 'quarantine-rows', description: 'Of clean.', optional: true },
    masking: { type: 'masking', description: 'Of mask.', optional: true },
    masks: { type: 'mask-rows', description: 'Of mask.', optional: true },
    training: { type: 'training', description: 'Of finetune.', optional: true },
    evaluation: { type: 'evaluation', description: 'Of evaluate.', optional: true },
    faults: { type: 'fault-rows', description: 'Of ingest, where the data is generated.', optional: true },
  },
  outputs: { assessment: { type: 'assessment', description: 'The judgement and the evidence it rests on.' } },
} as const satisfies StepDescriptor;
