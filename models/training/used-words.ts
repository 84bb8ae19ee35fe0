/**
 * The words that occur, out of a vocabulary. The others get no gradient, so that AdamW does nothing to them but decay, which can be done once at the
 * end: training holds the rows of these words alone.
 */
export interface UsedWords {
  /** Token ids in rising order: row r of the small table is row `ids[r]` of the whole one. */
  ids: Int32Array;
  /** [vocabulary] the row of each token id; 0 for those that do not occur. */
  rowOf: Int32Array;
}

export function findUsedWords(texts: Iterable<ArrayLike<number>>, vocabulary: number): UsedWords {
  const seen = new Uint8Array(vocabulary);
  for (const text of texts) for (let i = 0; i < text.length; i++) seen[text[i] ?? 0] = 1;
  const ids = Int32Array.from(seen.keys()).filter((id) => seen[id] === 1);
  const rowOf = new Int32Array(vocabulary);
  ids.forEach((id, row) => (rowOf[id] = row));
  return { ids, rowOf };
}

/** The rows [ids, width] of a table [vocabulary, width]. */
export function takeRows(table: Float32Array, ids: Int32Array, width: number): Float32Array {
  const rows = new Float32Array(ids.length * width);
  ids.forEach((id, row) => {
    rows.set(table.subarray(id * width, (id + 1) * width), row * width);
  });
  return rows;
}

/** The whole table again: trained rows in their places, all others decayed. `table` is overwritten and returned. */
export function putRows(table: Float32Array, ids: Int32Array, rows: Float32Array, decay: number): Float32Array {
  const width = rows.length / ids.length;
  for (let i = 0; i < table.length; i++) table[i] = (table[i] ?? 0) * decay;
  ids.forEach((id, row) => {
    table.set(rows.subarray(row * width, (row + 1) * width), id * width);
  });
  return table;
}
