/** A pointer to bytes in the store. `key` is derived from `sha256`, so equal bytes are stored once. */
export interface ArtifactRef {
  /** Object key in the artifact bucket, `sha256/ab/abcdef…`. */
  key: string;
  /** Lower-case hexadecimal SHA-256 of the bytes; verified on every read. */
  sha256: string;
  bytes: number;
  mediaType: string;
}

export const MEDIA = {
  parquet: 'application/vnd.apache.parquet',
  json: 'application/json',
  jsonLines: 'application/x-ndjson',
  html: 'text/html; charset=utf-8',
  yaml: 'application/yaml',
  /** A JSON object `{ files: { [relativePath]: ArtifactRef } }`: a folder whose members are artifacts of their own. */
  bundle: 'application/vnd.assay.bundle+json',
} as const;

export type MediaType = (typeof MEDIA)[keyof typeof MEDIA];

export interface Bundle {
  files: Record<string, ArtifactRef>;
}

/**
 * What an output means, so that the planner can refuse to feed one kind of thing where another is expected.
 * `table` and every `*-rows` type are Parquet; `model`, `adapter` and `tensorboard` are bundles; `report` is HTML; the rest are JSON.
 */
export type ArtifactType =
  | 'table'
  | 'parts-rows'
  | 'failed-rows'
  | 'audit-rows'
  | 'quarantine-rows'
  | 'mask-rows'
  | 'prediction-rows'
  | 'fault-rows'
  | 'metadata'
  | 'profile'
  | 'checks'
  | 'cleaning'
  | 'masking'
  | 'split'
  | 'model'
  | 'adapter'
  | 'training'
  | 'tensorboard'
  | 'evaluation'
  | 'assessment'
  | 'report'
  | 'report-data';
