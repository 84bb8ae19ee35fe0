/** Probabilities [n × classes] of logits [n × classes], in double precision so that sure predictions do not collapse into ties. */
export function softmaxRows(logits: ArrayLike<number>, classes: number): Float64Array {
  const probabilities = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    let largest = -Infinity;
    for (let k = 0; k < classes; k++) largest = Math.max(largest, logits[start + k] ?? 0);
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const e = Math.exp((logits[start + k] ?? 0) - largest);
      probabilities[start + k] = e;
      sum += e;
    }
    for (let k = 0; k < classes; k++) probabilities[start + k] = (probabilities[start + k] ?? 0) / sum;
  }
  return probabilities;
}

/** The most probable class of each row; the first of equals. */
export function argmaxRows(values: ArrayLike<number>, classes: number): Uint32Array {
  const best = new Uint32Array(values.length / classes);
  for (let row = 0; row < best.length; row++) {
    let chosen = 0;
    for (let k = 1; k < classes; k++) {
      if ((values[row * classes + k] ?? 0) > (values[row * classes + chosen] ?? 0)) chosen = k;
    }
    best[row] = chosen;
  }
  return best;
}
