/** A column or table name, quoted. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text constant, quoted. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function literals(texts: readonly string[]): string {
  return texts.map(literal).join(', ');
}

/** A Parquet file as a table expression. */
export function parquet(path: string): string {
  return `read_parquet(${literal(path)})`;
}

/** True where a value is absent: NULL, or text of white space alone. */
export function missing(column: string, isText: boolean): string {
  const name = identifier(column);
  return isText ? `(${name} IS NULL OR ${blank(name)})` : `(${name} IS NULL)`;
}

/** True for text without a visible character. Most texts begin with one, so the costlier search is rarely made. */
export function blank(sql: string): string {
  return `CASE WHEN ascii(${sql}) BETWEEN 33 AND 126 THEN false ELSE NOT regexp_matches(${sql}, '[^\\s\\p{Z}]') END`;
}

/** White space, Unicode's included, collapsed to single blanks and cut off at both ends. */
export function squeezed(sql: string): string {
  return `trim(regexp_replace(${sql}, '[\\s\\p{Z}]+', ' ', 'g'))`;
}

/** Text as it is compared for duplicates: squeezed and lower-cased. */
export function normalised(sql: string): string {
  return `lower(${squeezed(`CAST(${sql} AS VARCHAR)`)})`;
}
