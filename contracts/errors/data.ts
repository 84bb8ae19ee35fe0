import type { ErrorKind } from '../errors.ts';

/** What can go wrong in datasets. */
export const DATA_ERRORS = {
  DATA_FILE_NOT_FOUND: {
    message: 'the source of data set {dataset} was not found; tried: {tried}',
    remedy: 'Put the file at {path} below $ASSAY_DATA or below the project, or mend `path` in pipelines/datasets.yaml.',
    retry: false,
  },
  DATA_PATH_OUTSIDE: {
    message: 'path {path} of data set {dataset} leads out of {root}',
    remedy: 'Use a path below $ASSAY_DATA or below the project; `..` and absolute paths are not followed.',
    retry: false,
  },
  DATA_DIGEST_MISMATCH: {
    message: 'the content has SHA-256 {actual}, the catalogue says {expected}',
    remedy: 'Fetch the file again; if it was changed on purpose, put its new digest in pipelines/datasets.yaml.',
    retry: false,
  },
  DATA_DOWNLOAD_FAILED: {
    message: 'could not download {url}: {reason}',
    remedy: 'Check the network and the proxy, or put the file at {path} below $ASSAY_DATA.',
    retry: true,
  },
  DATA_COMPRESSION: {
    message: 'the file cannot be decompressed: {reason}',
    remedy: 'The file is damaged or cut short; fetch it again.',
    retry: false,
  },
  DATA_ZIP_MEMBER: {
    message: 'the zip archive has no member {member}; it has: {members}',
    remedy: 'Name one of them as `member` of the address in pipelines/datasets.yaml.',
    retry: false,
  },
  DATA_ENCODING: {
    message: 'byte {byte} is not valid {encoding}',
    remedy:
      'The file looks like {guess}: write `encoding: {guess}` in its entry of pipelines/datasets.yaml, or convert it.',
    retry: false,
  },
  DATA_ENCODING_UNKNOWN: {
    message: 'encoding {encoding} of data set {dataset} is not known',
    remedy: 'Use one of: {known}.',
    retry: false,
  },
  DATA_NUL_BYTE: {
    message: 'a NUL byte stands at byte {byte}',
    remedy: 'The file is binary, damaged or UTF-16; for the last write `encoding: utf-16le` in its catalogue entry.',
    retry: false,
  },
  DATA_EMPTY: {
    message: 'the file is empty',
    remedy: 'Export it again; a table needs a header line and at least one row.',
    retry: false,
  },
  DATA_NO_ROWS: {
    message: 'the file has a header but no rows',
    remedy: 'Export it again; a table needs at least one row.',
    retry: false,
  },
  DATA_CSV_BROKEN: {
    message: '{problem}: {excerpt}',
    remedy: '{advice}',
    retry: false,
  },
  DATA_JSON_BROKEN: {
    message: 'the line is not a JSON object: {excerpt}',
    remedy: 'Write one JSON object a line.',
    retry: false,
  },
  DATA_PARQUET_BROKEN: {
    message: 'the file is not readable Parquet: {reason}',
    remedy: 'The file is damaged, or its `format` in the catalogue is wrong; fetch it again or mend the entry.',
    retry: false,
  },
  DATA_COLUMN_DUPLICATE: {
    message: 'the header names a column more than once: {columns}',
    remedy: 'Give every column a name of its own; upper and lower case count as equal.',
    retry: false,
  },
  DATA_COLUMN_MISSING: {
    message: 'missing columns: {columns}; there are: {present}',
    remedy: '{suggestion}',
    retry: false,
  },
  DATA_COLUMN_RESERVED: {
    message: 'column name {column} is reserved',
    remedy: 'Give the column another `name` in the catalogue and its own name as `sourceName`.',
    retry: false,
  },
  DATA_TYPE_MISMATCH: {
    message: '{failed} values of column {column} are not of type {type}; the first: {examples}',
    remedy: 'Mend the source, or declare {column} as `text` in pipelines/datasets.yaml and check it with a rule.',
    retry: false,
  },
  DATA_SINGLE_CLASS: {
    message: 'label column {label} holds one class only, {class}',
    remedy: 'A classifier needs rows of at least two classes; check `label` and `classes` of the task, and the source.',
    retry: false,
  },
  DATA_NO_LABELLED_ROWS: {
    message: 'no row has a text and one of the classes {classes} in column {label}; the column holds: {found}',
    remedy: 'Write the class values in the task exactly as they stand in the data.',
    retry: false,
  },
  DATA_CLASS_TOO_SMALL: {
    message: 'class {class} has {rows} rows (duplicates together count once): too few for a part {part}',
    remedy: 'Add rows of this class, or raise the fraction of part {part}; every part needs one row of every class.',
    retry: false,
  },
  DATA_PART_UNKNOWN: {
    message: 'part column {column} holds {value}',
    remedy: 'Use train, dev (or valid, validation) and test.',
    retry: false,
  },
  DATA_SPLIT_FRACTIONS: {
    message: 'the fractions of train, dev and test add up to {sum}',
    remedy: 'Make them add up to 1.',
    retry: false,
  },
  DATA_EXPRESSION_INVALID: {
    message: 'rule {rule}: {reason} at character {position} of: {expression}',
    remedy:
      'Write one SQL condition over the columns of a row: comparisons, arithmetic, AND, OR, NOT, IN, LIKE, BETWEEN, CASE and plain functions such as length, lower, abs.',
    retry: false,
  },
  DATA_PATTERN_INVALID: {
    message: 'rule {rule}: the pattern {pattern} is not a regular expression: {reason}',
    remedy: 'Use RE2 syntax (no look-around, no back-references).',
    retry: false,
  },
  DATA_RULE_INVALID: {
    message: 'rule {rule}: {reason}',
    remedy: 'Mend the rule in the pipeline.',
    retry: false,
  },
  DATA_MEMORY: {
    message: 'the table does not fit into {memoryMb} MB of memory and the temporary space',
    remedy: 'Free disk space below the work folder, or give the step more memory.',
    retry: false,
  },
  DATA_DISK_FULL: {
    message: 'the disk is full while writing a table',
    remedy: 'Free disk space below the project, then run again.',
    retry: true,
  },
  DATA_COLUMN_NOT_TEXT: {
    message: 'column "{column}" holds {type}, not text',
    remedy: 'Name text columns only: personal data is searched in text.',
    retry: false,
  },
  DATA_GENERATOR_COLUMNS: {
    message: 'the generated shop cannot stand in for data set "{dataset}": it has no column "{column}"',
    remedy: 'Leave `fallback` out of the catalogue entry, or give the data set that column.',
    retry: false,
  },
} as const satisfies Record<string, ErrorKind>;
