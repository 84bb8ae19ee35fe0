import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { loadTokenizer, type TextTokenizer } from '../../models/tokenizer.ts';
import { FIXTURES } from '../harness/paths.ts';

const { maxLength, encoded } = JSON.parse(readFileSync(join(FIXTURES, 'parity', 'tokens.json'), 'utf8')) as {
  maxLength: number;
  encoded: { text: string; ids: number[] }[];
};

/** Expected ids: test/fixtures/make_tiny_bert.py, the tokenizers library in Rust that Transformers uses. */
describe('the tokenizer beside the one of Transformers', () => {
  let tokenizer: TextTokenizer;
  before(async () => {
    tokenizer = await loadTokenizer(join(FIXTURES, 'tiny-bert'), 1000);
  });

  for (const { text, ids } of encoded) {
    it(`gives the same ids for ${JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)}`, () => {
      assert.deepEqual(tokenizer.encode(text, maxLength).ids, ids);
    });
  }

  it('keeps [CLS] and [SEP] when it cuts, and says that it did', () => {
    const { ids, truncated } = tokenizer.encode('lovely dress '.repeat(50), 8);
    assert.equal(ids.length, 8);
    assert.equal(ids[0], 2);
    assert.equal(ids.at(-1), 3);
    assert.equal(truncated, true);
    assert.equal(tokenizer.encode('lovely dress', 8).truncated, false);
  });
});
