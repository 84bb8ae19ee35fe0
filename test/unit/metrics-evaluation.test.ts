import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { AssayError } from '../../contracts/errors.ts';
import { compareContenders, findSuspectLabels } from '../../models/evaluation/compare.ts';
import { predictionLines } from '../../models/evaluation/predictions.ts';
import { readExamples } from '../../models/evaluation/read-examples.ts';
import { createStages } from '../../models/evaluation/stages.ts';

const dir = mkdtempSync(join(tmpdir(), 'assay-evaluation-'));
after(() => {
  rmSync(dir, { recursive: true });
});

function file(lines: string[]): string {
  const path = join(dir, 'examples.jsonl');
  writeFileSync(path, lines.join('\n'));
  return path;
}

describe('reading examples', () => {
  it('keeps each part in order and passes over unused rows', async () => {
    const rows = await readExamples(
      file([
        '{"id":4,"part":"test","text":"größe","label":1}',
        '{"id":2,"part":"unused","text":"x","label":0}',
        '{"id":9,"part":"train","text":"a\\u2028b","label":0}',
        '{"id":1,"part":"test","text":"","label":0}',
        '',
      ]),
      2,
    );
    assert.deepEqual(rows.test, { ids: [4, 1], texts: ['größe', ''], labels: [1, 0] });
    assert.deepEqual(rows.train, { ids: [9], texts: ['a\u2028b'], labels: [0] });
    assert.equal(rows.dev.ids.length, 0);
  });

  const good = '{"id":1,"part":"train","text":"a","label":0}';
  for (const [what, line] of [
    ['text cut in the middle', '{"id":1,"part":"tr'],
    ['a label that is no class', '{"id":1,"part":"train","text":"a","label":2}'],
    ['a missing text', '{"id":1,"part":"train","label":0}'],
    ['an unknown part', '{"id":1,"part":"valid","text":"a","label":0}'],
  ] as const) {
    it(`names the line of ${what}`, async () => {
      await assert.rejects(readExamples(file([good, line, good]), 2), (error: unknown) => {
        assert.ok(error instanceof AssayError);
        assert.equal(error.code, 'EXAMPLES_INVALID');
        assert.match(error.message, /^examples\.jsonl:2: /);
        return true;
      });
    });
  }
});

describe('comparing contenders', () => {
  const labels = [1, 1, 0, 0, 1, 0];
  const right = Float64Array.from(labels.flatMap((label) => (label === 1 ? [0.1, 0.9] : [0.9, 0.1])));
  const good = Float64Array.from(labels.flatMap(() => [0.3, 0.7]));
  const probabilities = { majority: good, tfidf: good, untouched: good, frozen: right, finetuned: right };

  it('sets every other contender against the fine-tuned model', () => {
    const comparisons = compareContenders(labels, probabilities, { classes: 2, resamples: 100, seed: 1 });
    assert.deepEqual(
      comparisons.map(({ before }) => before),
      ['untouched', 'frozen', 'tfidf', 'majority'],
    );
    const [untouched, frozen] = comparisons;
    assert.equal(untouched?.onlyAfterRight, 3);
    assert.ok(Math.abs(untouched.mcnemarP - 0.25) < 1e-12);
    // Always "good": F1 of good 2·3/(6+3), of bad 0.
    assert.ok(Math.abs(untouched.macroF1Difference - (1 - 1 / 3)) < 1e-12);
    assert.deepEqual(frozen?.interval, [0, 0]);
  });

  it('lists the most doubted labels first, and only doubted ones', () => {
    const suspects = findSuspectLabels(
      { ids: [10, 11, 12], labels: [0, 1, 0] },
      Float64Array.of(0.04, 0.96, 0.5, 0.5, 0.01, 0.99),
      ['bad', 'good'],
    );
    assert.deepEqual(suspects, [
      { id: 12, label: 'bad', predicted: 'good', probability: 0.01 },
      { id: 10, label: 'bad', predicted: 'good', probability: 0.04 },
    ]);
  });

  it('writes a line a test row with the probabilities of all contenders', () => {
    const lines = [...predictionLines({ ids: [7, 8, 9, 10, 11, 12], labels }, probabilities, 2)];
    assert.equal(lines.length, 6);
    assert.deepEqual(JSON.parse(lines[2] ?? ''), {
      id: 9,
      label: 0,
      probabilities: {
        majority: [0.3, 0.7],
        tfidf: [0.3, 0.7],
        untouched: [0.3, 0.7],
        frozen: [0.9, 0.1],
        finetuned: [0.9, 0.1],
      },
    });
  });
});

describe('progress of an evaluation', () => {
  it('rises through its stages to 1 and never falls', () => {
    const fractions: number[] = [];
    const stages = createStages((_message, fraction) => fractions.push(fraction), 40);
    const first = stages.begin('first', 10);
    first(4);
    first(10);
    first(3);
    const second = stages.begin('second', 30);
    second(15);
    second(99);
    assert.deepEqual(fractions, [0, 0.1, 0.25, 0.25, 0.25, 0.625, 1]);
  });
});
