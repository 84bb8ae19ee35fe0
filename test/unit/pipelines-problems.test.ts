import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PIPELINE_PROBLEMS } from '../../contracts/errors/pipeline.ts';
import { compilePipeline } from '../../pipelines/compile.ts';
import { compile, errorsOf, HEAD, told } from './pipelines-fixture.ts';

const INGEST = '  - id: a\n    uses: ingest\n    with: { dataset: shop }\n';
const rest = (steps: string) => `steps:\n${INGEST}${steps}`;

/** A code → what a user wrote after the three lines of the head, and what is told. */
const CASES: [code: string, body: string, told: string][] = [
  ['YAML_SYNTAX', 'steps: [\n', 'bad.yaml:5:1 YAML_SYNTAX'],
  ['SCHEMA', 'steps: 3\n', 'bad.yaml:4:8 SCHEMA'],
  ['UNKNOWN_KEY', 'onfailure: hold\nsteps:\n' + INGEST, 'bad.yaml:4:1 UNKNOWN_KEY (did you mean "onFailure"?)'],
  ['REQUIRED', 'onFailure: hold\n', 'bad.yaml:1:1 REQUIRED'],
  [
    'UNKNOWN_STEP_KIND',
    'steps:\n  - id: a\n    uses: ingst\n',
    'bad.yaml:6:11 UNKNOWN_STEP_KIND (did you mean "ingest"?)',
  ],
  ['DUPLICATE_STEP', rest(INGEST), 'bad.yaml:8:9 DUPLICATE_STEP'],
  [
    'UNKNOWN_NEED',
    rest('  - id: b\n    uses: ingest\n    needs: [zzz]\n    with: { dataset: shop }\n'),
    'bad.yaml:10:13 UNKNOWN_NEED',
  ],
  [
    'MISSING_NEED',
    rest("  - id: b\n    uses: profile\n    with: { table: '${{ steps.a.table }}' }\n"),
    'bad.yaml:10:20 MISSING_NEED',
  ],
  [
    'EXPRESSION',
    "steps:\n  - id: a\n    uses: ingest\n    with: { dataset: '${{ oops }}' }\n",
    'bad.yaml:7:22 EXPRESSION',
  ],
  [
    'UNKNOWN_PARAMETER',
    "parameters:\n  dataset: { type: string, default: shop }\nsteps:\n  - id: a\n    uses: ingest\n    with: { dataset: '${{ parameters.datset }}' }\n",
    'bad.yaml:9:22 UNKNOWN_PARAMETER (did you mean "dataset"?)',
  ],
  [
    'PARAMETER_TYPE',
    'parameters:\n  rows: { type: integer, default: many }\nsteps:\n' + INGEST,
    'bad.yaml:5:9 PARAMETER_TYPE',
  ],
  [
    'PARAMETER_REQUIRED',
    'parameters:\n  rows: { type: integer }\nsteps:\n' + INGEST,
    'bad.yaml:5:3 PARAMETER_REQUIRED',
  ],
  [
    'UNKNOWN_OUTPUT',
    rest("  - id: b\n    uses: profile\n    needs: [a]\n    with: { table: '${{ steps.a.tabel }}' }\n"),
    'bad.yaml:11:20 UNKNOWN_OUTPUT (did you mean "table"?)',
  ],
  [
    'OUTPUT_TYPE',
    rest("  - id: b\n    uses: profile\n    needs: [a]\n    with: { table: '${{ steps.a.metadata }}' }\n"),
    'bad.yaml:11:20 OUTPUT_TYPE (did you mean "a.table"?)',
  ],
  [
    'INPUT_VALUE',
    rest('  - id: b\n    uses: profile\n    needs: [a]\n    with: { table: here }\n'),
    'bad.yaml:11:20 INPUT_VALUE',
  ],
  ['SETTING', 'steps:\n  - id: a\n    uses: ingest\n    with: { dataset: 3 }\n', 'bad.yaml:7:22 SETTING'],
  ['QUEUE', 'steps:\n  - id: a\n    uses: finetune\n    queue: cpu\n', 'bad.yaml:7:12 QUEUE'],
  [
    'CYCLE',
    'steps:\n  - { id: a, uses: ingest, needs: [b], with: { dataset: s } }\n  - { id: b, uses: ingest, needs: [a], with: { dataset: s } }\n',
    'bad.yaml:6:36 CYCLE',
  ],
];

describe('problems of a pipeline', () => {
  for (const [code, body, wanted] of CASES)
    it(`${code} is told with its place`, () => {
      const { plan, problems } = compile(body);
      assert.equal(plan, undefined);
      if (wanted === '')
        assert.ok(
          problems.some((problem) => problem.code === code),
          problems.map(told).join('\n'),
        );
      else assert.ok(problems.map(told).includes(wanted), problems.map(told).join('\n'));
      for (const { message } of problems) assert.doesNotMatch(message, /(?<!\$\{)\{\w+\}/, 'a fact is missing');
    });

  it('data sets and models that are not there are told, with a guess', () => {
    const body = 'steps:\n  - id: a\n    uses: ingest\n    with: { dataset: shp }\n';
    assert.deepEqual(errorsOf(body, { datasets: ['shop'] }), ['bad.yaml:7:22 UNKNOWN_DATASET (did you mean "shop"?)']);
    assert.deepEqual(errorsOf(body), []);
  });

  it('what is never used is a warning and keeps no pipeline from running', () => {
    const { plan, problems } = compile('parameters:\n  rows: { type: integer, default: 3 }\nsteps:\n' + INGEST);
    assert.notEqual(plan, undefined);
    assert.deepEqual(problems.map(told), ['bad.yaml:5:3 UNUSED_PARAMETER', 'bad.yaml:7:9 UNUSED_OUTPUT']);
  });

  it('all problems come in one go, in the order of the text', () => {
    const steps =
      '  - id: b\n    uses: nothing\n    needs: [x]\n  - id: c\n    uses: ingest\n    with: { dataset: 3 }\n';
    assert.deepEqual(
      errorsOf(rest(steps)).map((line) => line.split(' ')[1]),
      ['UNKNOWN_STEP_KIND', 'UNKNOWN_NEED', 'SETTING'],
    );
  });

  it('a misspelt type of a rule points at the type, with a guess', () => {
    const steps =
      '  - id: b\n    uses: check\n    needs: [a]\n    with:\n      table: ${{ steps.a.table }}\n      rules:\n        - id: r\n          type: not-mising\n          dimension: completeness\n          column: Title\n';
    assert.deepEqual(errorsOf(rest(steps)), ['bad.yaml:15:17 SETTING (did you mean "not-missing"?)']);
  });

  it('every other code is covered here or cannot come from a step kind', () => {
    const here = new Set(CASES.map(([code]) => code));
    const elsewhere = [
      'YAML_EMPTY',
      'YAML_TOO_LARGE',
      'UNKNOWN_DATASET',
      'UNKNOWN_MODEL',
      'UNUSED_PARAMETER',
      'UNUSED_OUTPUT',
      'OPTIONAL_OUTPUT',
    ];
    assert.deepEqual(
      Object.keys(PIPELINE_PROBLEMS).filter((code) => !here.has(code) && !elsewhere.includes(code)),
      [],
    );
  });
});

describe('circles', () => {
  const circle = (needs: Record<string, string[]>) =>
    compile(
      `steps:\n${Object.entries(needs)
        .map(([id, names]) => `  - { id: ${id}, uses: ingest, needs: [${names.join(', ')}], with: { dataset: s } }\n`)
        .join('')}`,
    ).problems.filter(({ code }) => code === 'CYCLE');

  it('are told with their path', () => {
    const [problem, ...others] = circle({ a: ['c'], b: ['a'], c: ['b'] });
    assert.equal(others.length, 0);
    assert.match(problem?.message ?? '', /a → b → c → a/);
  });

  it('that share steps are told once each', () => {
    const messages = circle({ a: ['b', 'c'], b: ['a', 'c'], c: ['a'] }).map(({ message }) => message);
    assert.equal(new Set(messages).size, messages.length);
    assert.ok(messages.length >= 2);
  });

  it('of one step, and none in a long chain', () => {
    assert.equal(circle({ a: ['a'] }).length, 1);
    const chain = Object.fromEntries(
      Array.from({ length: 1500 }, (_, i) => [`s${String(i)}`, i === 0 ? [] : [`s${String(i - 1)}`]]),
    );
    assert.equal(circle(chain).length, 0);
  });
});

describe('hostile text', () => {
  const codes = (text: string) =>
    compilePipeline({ text, file: 'bad.yaml', parameters: {} }).problems.map(({ code }) => code);
  it('is answered with a problem, never a crash', () => {
    assert.deepEqual(codes(''), ['YAML_EMPTY']);
    assert.deepEqual(codes('# only a remark\n'), ['YAML_EMPTY']);
    assert.deepEqual(codes('#'.repeat(1_000_001)), ['YAML_TOO_LARGE']);
    assert.deepEqual(codes('a: 1\na: 2\n'), ['YAML_SYNTAX']);
    assert.ok(codes('a:\n\tb: 1\n').includes('YAML_SYNTAX'));
    const level = (n: number) =>
      `l${n}: &l${n} [${Array(9)
        .fill(`*l${n - 1}`)
        .join(', ')}]\n`;
    assert.deepEqual(codes('l0: &l0 [x]\n' + [1, 2, 3, 4, 5, 6, 7, 8].map(level).join('')), ['YAML_SYNTAX']);
    assert.deepEqual(codes(HEAD + '---\nsecond: 1\n'), ['YAML_SYNTAX']);
  });
});
