import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SETUP_ERRORS } from '../../contracts/errors/setup.ts';
import { SETUP_CODES } from '../../infra/setup-error.mjs';

describe('the codes of the set-up', () => {
  it('are those that the documentation lists', () => {
    assert.deepEqual([...SETUP_CODES].sort(), Object.keys(SETUP_ERRORS).sort());
  });
});
