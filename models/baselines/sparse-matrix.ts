/** Rows of few non-zero numbers (compressed sparse rows): row i holds `columns` and `values` from `starts[i]` up to `starts[i + 1]`. */
export interface SparseMatrix {
  rows: number;
  width: number;
  starts: Uint32Array;
  columns: Uint32Array;
  values: Float64Array;
}
