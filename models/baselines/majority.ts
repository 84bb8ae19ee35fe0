/**
 * Probabilities [rows × classes] that know nothing of the text: the class frequencies of the training rows, so that the prediction is
 * always their most frequent class.
 */
export function majorityProbabilities(trainLabels: ArrayLike<number>, classes: number, rows: number): Float64Array {
  const frequencies = new Float64Array(classes);
  for (let i = 0; i < trainLabels.length; i++) {
    const label = trainLabels[i] ?? 0;
    frequencies[label] = (frequencies[label] ?? 0) + 1 / trainLabels.length;
  }
  const probabilities = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) probabilities.set(frequencies, row * classes);
  return probabilities;
}
