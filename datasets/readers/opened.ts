/** A source file as DuckDB can read it, before names and types are applied. */
export interface OpenedFile {
  /** A table expression whose rows come in the order of the file. */
  relation: string;
  columns: { sourceName: string; sql: string; sqlType: string }[];
  /** Turns a failure of reading `relation` into what the user can act on. */
  explain: (error: unknown) => Promise<unknown>;
}
