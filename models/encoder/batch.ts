/** Texts of one batch, laid out for the encoder. Padding takes no part in anything but attention: other layers see real tokens only. */
export interface Batch {
  size: number;
  /** Tokens of the longest text. */
  width: number;
  /** Real tokens of all texts together. */
  tokens: number;
  /** [tokens] rows of the word table */
  words: Int32Array;
  /** [tokens] */
  positions: Int32Array;
  /** [size] where each text's first token stands among the real ones */
  firsts: Int32Array;
  /** Null when all texts are equally long. */
  padding: {
    /** [tokens] where each real token stands among size × width */
    slots: Int32Array;
    /** [size × width] the real token of each place; 0 where there is none */
    tokenOfSlot: Int32Array;
    /** [size × width] added to attention scores by key: 0, or so far below that nothing is attended */
    keyBias: Float32Array;
  } | null;
}

const NOT_ATTENDED = -1e9;

/** `rowOf` maps a token id to its row of the word table, where that table holds only the words in use. */
export function packBatch(texts: readonly ArrayLike<number>[], rowOf?: Int32Array): Batch {
  const size = texts.length;
  let width = 0;
  let tokens = 0;
  for (const { length } of texts) {
    width = Math.max(width, length);
    tokens += length;
  }
  const words = new Int32Array(tokens);
  const positions = new Int32Array(tokens);
  const firsts = new Int32Array(size);
  const slots = new Int32Array(tokens);
  const tokenOfSlot = new Int32Array(size * width);
  const keyBias = new Float32Array(size * width).fill(NOT_ATTENDED);
  let token = 0;
  texts.forEach((text, row) => {
    firsts[row] = token;
    for (let position = 0; position < text.length; position++, token++) {
      const id = text[position] ?? 0;
      words[token] = rowOf === undefined ? id : (rowOf[id] ?? 0);
      positions[token] = position;
      const slot = row * width + position;
      slots[token] = slot;
      tokenOfSlot[slot] = token;
      keyBias[slot] = 0;
    }
  });
  const padding = tokens === size * width ? null : { slots, tokenOfSlot, keyBias };
  return { size, width, tokens, words, positions, firsts, padding };
}
