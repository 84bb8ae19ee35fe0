import { MEDIA } from '../contracts/artifacts.ts';
import { ingestTable, sourceDigest } from '../datasets/ingest.ts';
import { contentKey } from '../storage/content-key.ts';
import type { StepHandler } from './step.ts';

export const ingest: StepHandler<'ingest'> = {
  async keyFacts({ dataset, seed }, deps, signal) {
    const entry = await deps.dataset(dataset);
    const { sha256 } = await sourceDigest({
      entry,
      seed,
      sources: deps.sources,
      workDir: deps.workRoot,
      clock: deps.clock,
      signal,
    });
    return {
      source: sha256,
      entry: contentKey({ kind: 'dataset', version: 1, config: { ...entry }, inputs: {}, facts: {} }),
    };
  },

  async run({ config, workDir, signal, progress, deps }) {
    const entry = await deps.dataset(config.dataset);
    const { table, metadata, faults } = await ingestTable({
      entry,
      sources: deps.sources,
      workDir,
      seed: config.seed,
      clock: deps.clock,
      signal,
      progress,
    });
    return {
      outputs: {
        table: { file: table, mediaType: MEDIA.parquet },
        metadata: { json: metadata },
        ...(faults === undefined ? {} : { faults: { file: faults, mediaType: MEDIA.parquet } }),
      },
      summary: { rows: metadata.rows, columns: metadata.columns.length, origin: metadata.origin },
    };
  },
};
