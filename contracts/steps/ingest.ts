import type { StepDescriptor } from '../step.ts';

export interface IngestConfig {
  dataset: string;
  seed: number;
}

/** Reads a catalogued data set into one typed Parquet table and writes down where it came from. */
export const ingest = {
  kind: 'ingest',
  version: 1,
  title: 'Ingest',
  description:
    'Reads a data set of the catalogue (CSV, TSV, JSON Lines or Parquet; plain, gzip or zip) into a Parquet table with its metadata.',
  queue: 'cpu',
  timeouts: { startToCloseMs: 30 * 60_000, heartbeatMs: 30_000 },
  attempts: 3,
  tensors: false,
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['dataset'],
    properties: {
      dataset: { type: 'string', description: 'Name of a data set in pipelines/datasets.yaml.' },
      seed: {
        type: 'integer',
        default: 7,
        description: 'Seed of the generated shop, used only where no source can be reached.',
      },
    },
  },
  inputs: {},
  outputs: {
    table: { type: 'table', description: 'The rows, with `_row_id`.' },
    metadata: {
      type: 'metadata',
      description: 'Source, format, update time, schema, rows, digest, licence.',
      final: true,
    },
    faults: { type: 'fault-rows', description: 'Known faults; of generated data only.', optional: true, final: true },
  },
} as const satisfies StepDescriptor;
