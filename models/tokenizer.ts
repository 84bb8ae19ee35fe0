import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as library from '@huggingface/tokenizers';
import { AssayError } from '../contracts/errors.ts';

interface LibraryTokenizer {
  encode(text: string): { ids: number[] };
  get_vocab(): Map<string, number>;
}

// The package's own type files do not resolve under Node's module rules: they import each other without extensions.
const Tokenizer = (library as unknown as { Tokenizer: new (json: object, config: object) => LibraryTokenizer })
  .Tokenizer;

export interface TextTokenizer {
  /** Token ids with [CLS] in front and [SEP] at the end, at most `maxLength` in all; what is cut is cut before [SEP]. */
  encode(text: string, maxLength: number): { ids: number[]; truncated: boolean };
}

/**
 * The tokenizer of a Hugging Face folder (`tokenizer.json`).
 * Throws MODEL_FILE_UNREADABLE; TOKENIZER_MISMATCH when its ids go beyond the model's vocabulary.
 */
export async function loadTokenizer(dir: string, vocabulary: number): Promise<TextTokenizer> {
  const unreadable = (cause: unknown): AssayError =>
    new AssayError(
      'MODEL_FILE_UNREADABLE',
      { file: 'tokenizer.json', problem: cause instanceof Error ? cause.message : 'it is not a tokenizer' },
      { cause },
    );
  let tokenizer: LibraryTokenizer;
  try {
    const json: unknown = JSON.parse(await readFile(join(dir, 'tokenizer.json'), 'utf8'));
    if (typeof json !== 'object' || json === null) throw new Error('it is not an object');
    tokenizer = new Tokenizer(json, {});
  } catch (cause) {
    throw unreadable(cause);
  }
  const [first, last] = tokenizer.encode('').ids;
  if (first === undefined || last === undefined) throw unreadable(new Error('it puts no special tokens around a text'));
  let largest = 0;
  for (const id of tokenizer.get_vocab().values()) largest = Math.max(largest, id);
  if (largest >= vocabulary) throw new AssayError('TOKENIZER_MISMATCH', { tokens: largest + 1, vocabulary });
  return {
    encode(text, maxLength) {
      const { ids } = tokenizer.encode(text);
      if (ids.length <= maxLength) return { ids, truncated: false };
      return { ids: [...ids.slice(0, maxLength - 1), last], truncated: true };
    },
  };
}
