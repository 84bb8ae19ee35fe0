import type { SparseMatrix } from './sparse-matrix.ts';

export interface TfidfOptions {
  /** Documents that a term must occur in. */
  minDocuments: number;
  /** The most frequent terms that are kept. */
  maxTerms: number;
}

export interface Tfidf {
  /** Weights of these texts, each row of length 1 (or 0, where no term is known). Shape [texts, terms]. */
  transform(texts: readonly string[]): SparseMatrix;
  terms: string[];
}

/** Words of two or more letters or digits, as scikit-learn's default; each Chinese character is a word of its own. */
const WORD = /\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}_]){2,}/gu;

/**
 * Learns terms (words and pairs of neighbours, lower case) and their inverse document frequencies, ln((1 + n) / (1 + df)) + 1; a term that
 * occurs f times weighs 1 + ln f. The formulas are those of scikit-learn's `TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))`.
 */
export function fitTfidf(texts: readonly string[], options: TfidfOptions): Tfidf {
  const documents = new Map<string, number>();
  const occurrences = new Map<string, number>();
  for (const text of texts) {
    for (const [term, count] of countTerms(text)) {
      documents.set(term, (documents.get(term) ?? 0) + 1);
      occurrences.set(term, (occurrences.get(term) ?? 0) + count);
    }
  }
  const terms = [...documents.keys()]
    .filter((term) => (documents.get(term) ?? 0) >= options.minDocuments)
    .sort((a, b) => (occurrences.get(b) ?? 0) - (occurrences.get(a) ?? 0) || (a < b ? -1 : 1))
    .slice(0, options.maxTerms);
  const columns = new Map(terms.map((term, column) => [term, column]));
  const inverseFrequency = Float64Array.from(
    terms,
    (term) => Math.log((1 + texts.length) / (1 + (documents.get(term) ?? 0))) + 1,
  );
  return { terms, transform: (others) => weigh(others, columns, inverseFrequency) };
}

function weigh(
  texts: readonly string[],
  known: ReadonlyMap<string, number>,
  inverseFrequency: Float64Array,
): SparseMatrix {
  const starts = new Uint32Array(texts.length + 1);
  const columns: number[] = [];
  const values: number[] = [];
  texts.forEach((text, row) => {
    const first = values.length;
    let squares = 0;
    for (const [term, count] of countTerms(text)) {
      const column = known.get(term);
      if (column === undefined) continue;
      const weight = (1 + Math.log(count)) * (inverseFrequency[column] ?? 0);
      squares += weight * weight;
      columns.push(column);
      values.push(weight);
    }
    const length = Math.sqrt(squares);
    for (let i = first; i < values.length; i++) values[i] = (values[i] ?? 0) / length;
    starts[row + 1] = values.length;
  });
  return {
    rows: texts.length,
    width: known.size,
    starts,
    columns: Uint32Array.from(columns),
    values: Float64Array.from(values),
  };
}

function countTerms(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  let previous: string | undefined;
  for (const word of text.toLowerCase().match(WORD) ?? []) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
    if (previous !== undefined) {
      const pair = `${previous} ${word}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    previous = word;
  }
  return counts;
}
