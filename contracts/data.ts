/** Shapes of the JSON artifacts that the data steps make. Counts are rows unless the name says otherwise. */

export type ColumnType = 'integer' | 'number' | 'text' | 'boolean' | 'date' | 'timestamp';

/** Where a table came from. Times and addresses stand here and in no cache key. */
export interface Metadata {
  dataset: string;
  description: string;
  licence: string;
  owner: string | null;
  /** `generated`: no source was to be had, so a seeded shop with known faults took its place. */
  origin: 'local' | 'public' | 'generated';
  /** Base name of the file, or the public address; never an absolute path of a machine. */
  source: string;
  format: SourceFormat;
  compression: 'none' | 'gzip' | 'zip';
  encoding: string;
  /** SHA-256 of the source as decompressed; null for generated data. */
  sourceSha256: string | null;
  sourceBytes: number;
  /** Modification time of the source, ISO 8601, or null. */
  updatedAt: string | null;
  ingestedAt: string;
  rows: number;
  columns: { name: string; type: ColumnType; declared: boolean; description: string }[];
  /** Columns that the catalogue declares and the source lacks, and the reverse. */
  schemaDrift: { missing: string[]; undeclared: string[] };
  tableSha256: string;
}

export type SourceFormat = 'csv' | 'tsv' | 'jsonl' | 'parquet';

/** One entry of `pipelines/datasets.yaml`. */
export interface DatasetEntry {
  name: string;
  description: string;
  licence: string;
  owner?: string;
  format: SourceFormat;
  /** Path below `$ASSAY_DATA`, or, for a shop's own file, relative to the project's root. */
  path: string;
  encoding?: string;
  delimiter?: string;
  /** Of the decompressed source. */
  sha256?: string;
  addresses?: { url: string; member?: string }[];
  /** A table kept in several files: read in order, with a text column `part` that names the one each row is from; `path` is then their folder. */
  files?: { path: string; part: string; sha256?: string }[];
  /** Used when neither the file nor an address can be reached. */
  fallback?: 'generated-shop';
  columns: { name: string; type: ColumnType; description?: string; sourceName?: string }[];
}

export interface SplitSummary {
  seed: number;
  /** Rows by part and class name; `unused` are those over the caps. */
  counts: Record<string, Record<string, number>>;
  /** Groups of rows with the same text that were kept together. */
  duplicateGroups: number;
  /** Rows without a usable label or text, in no part. */
  excluded: number;
}

export interface ColumnProfile {
  name: string;
  type: ColumnType;
  rows: number;
  missing: number;
  /** Text that is empty or white space only. */
  blank: number;
  distinct: number;
  minimum: number | string | null;
  maximum: number | string | null;
  mean: number | null;
  standardDeviation: number | null;
  quantiles: { p05: number; p25: number; p50: number; p75: number; p95: number } | null;
  /** Of text, in characters. */
  length: { minimum: number; mean: number; maximum: number } | null;
  /** Most frequent values; empty when suppressed (free text: values may be personal). */
  top: { value: string; count: number }[];
  topSuppressed: boolean;
  /** Equal-width bins of a numeric column, for the picture. */
  histogram: { from: number; to: number; count: number }[];
}

export interface Profile {
  rows: number;
  duplicateRows: number;
  columns: ColumnProfile[];
  /** Association between columns with absolute strength at least 0.3; Pearson for numbers, Cramér's V for categories. */
  correlations: { a: string; b: string; method: 'pearson' | 'cramers-v'; value: number }[];
}

export const DIMENSIONS = ['completeness', 'accuracy', 'consistency', 'uniqueness', 'validity'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** A declared rule. `where` restricts the rows it looks at; both it and `expression` are SQL expressions over one row. */
export type CheckRule = {
  id: string;
  dimension: Dimension;
  description?: string;
  severity?: 'error' | 'warning';
  where?: string;
} & (
  | { type: 'not-missing'; column: string }
  | { type: 'unique'; columns: string[] }
  | { type: 'in-set'; column: string; values: string[] }
  | { type: 'in-range'; column: string; minimum?: number; maximum?: number }
  | { type: 'matches'; column: string; pattern: string }
  | { type: 'length'; column: string; minimum?: number; maximum?: number }
  | { type: 'expression'; expression: string }
  | { type: 'functional-dependency'; determinant: string; dependent: string }
);

export interface CheckResult {
  id: string;
  dimension: Dimension;
  type: CheckRule['type'];
  description: string;
  severity: 'error' | 'warning';
  columns: string[];
  /** Rows looked at, and those of them that break the rule. */
  evaluated: number;
  failed: number;
  /** 1 − failed / evaluated; null when nothing was evaluated. */
  score: number | null;
  /** ISO/IEC 25024 or 5259-2 measure that this is an instance of, e.g. `Com-I-1`. */
  measure: string | null;
}

export interface Checks {
  rows: number;
  results: CheckResult[];
  /** Conforming share of all evaluated items of a dimension; null where no rule measures it. */
  dimensions: Record<Dimension, { score: number | null; evaluated: number; failed: number; rules: number }>;
  /** Rows that break at least one rule. */
  failedRows: number;
}

/** Columns of a `failed-rows` table: rule (text), _row_id (bigint), column (text), value (text). */

/** A declared repair. Applied in order. `quarantine` moves rows aside, never drops them. */
export type CleanRule = { id: string; description?: string } & (
  | { type: 'trim'; columns: string[] }
  | { type: 'collapse-space'; columns: string[] }
  | { type: 'unicode-normalise'; columns: string[] }
  | { type: 'unescape-html'; columns: string[] }
  | { type: 'blank-to-missing'; columns: string[] }
  | { type: 'map-values'; column: string; mapping: Record<string, string> }
  | { type: 'fill-missing'; column: string; value?: string; strategy?: 'mode' | 'median'; within?: string }
  | { type: 'clip'; column: string; minimum?: number; maximum?: number }
  | { type: 'set-missing'; column: string; where: string }
  | { type: 'quarantine'; where: string; reason: string }
  | { type: 'drop-duplicates'; columns: string[] }
);

export interface Cleaning {
  rowsIn: number;
  rowsOut: number;
  cellsChanged: number;
  rowsQuarantined: number;
  rules: {
    id: string;
    type: CleanRule['type'];
    description: string;
    cellsChanged: number;
    rowsQuarantined: number;
    learnt: string | null;
  }[];
}

/** Columns of an `audit-rows` table: rule, _row_id, column, before (text), after (text). Quarantine rows keep the table's columns plus rule and reason. */

export const PII_TYPES = ['email', 'phone', 'card', 'iban', 'us-ssn', 'cn-id', 'ip', 'url-credentials'] as const;
export type PiiType = (typeof PII_TYPES)[number];

export interface Masking {
  rows: number;
  columns: string[];
  rowsMasked: number;
  counts: { column: string; type: PiiType; count: number; rows: number }[];
}
/** Columns of a `mask-rows` table: _row_id, column, type, start, end (UTF-16 offsets in the text before); never the value. */

export const FAULT_KINDS = ['missing', 'wrong', 'inconsistent', 'duplicated', 'mislabelled', 'personal-data'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];
/** Columns of a `fault-rows` table: kind (FaultKind), _row_id, column (text, empty for whole rows), original (text or null). */
