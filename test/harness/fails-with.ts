import assert from 'node:assert/strict';
import { AssayError, type ErrorCode } from '../../contracts/errors.ts';

/** For `assert.rejects` and `assert.throws`: the code, with every place of its message and remedy filled in. */
export function failsWith(code: ErrorCode): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof AssayError, String(error));
    assert.equal(error.code, code, error.message);
    assert.doesNotMatch(error.message + error.remedy, /(?<![\w`])\{\w+\}/, 'a fact is missing');
    return true;
  };
}
