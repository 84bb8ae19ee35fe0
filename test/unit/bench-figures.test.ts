import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { figure, median } from '../../bench/result.ts';

describe('benchmark figures', () => {
  it('have a ratio above 1 when ours is better, whichever way better is', () => {
    assert.equal(figure('speed', 'samples/s', 20, 10, 'higher').ratio, 2);
    assert.equal(figure('peak memory', 'MB', 1000, 2000, 'lower').ratio, 2);
  });

  it('have no ratio without a peer', () => {
    assert.deepEqual(figure('speed', 'samples/s', 20, null, 'higher'), {
      what: 'speed',
      unit: 'samples/s',
      ours: 20,
      peer: null,
      ratio: null,
    });
  });

  it('take the median of odd and even counts', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
  });
});
