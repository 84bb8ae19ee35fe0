import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadCatalogue } from '../../pipelines/catalogue.ts';
import { compilePipeline } from '../../pipelines/compile.ts';
import { loadPipeline, readPipeline } from '../../pipelines/load.ts';
import { failsWith } from '../harness/fails-with.ts';
import { ROOT } from '../harness/paths.ts';
import { withFolder } from './datasets-fixture.ts';
import { compile, errorsOf } from './pipelines-fixture.ts';

const BODY = `parameters:
  dataset: { type: string, default: shop }
  seed: { type: integer, default: 7, minimum: 0 }
steps:
  - { id: a, uses: ingest, with: { dataset: '\${{ parameters.dataset }}', seed: '\${{ parameters.seed }}' } }
`;

describe('the plan', () => {
  it('holds the given parameters in their own type, and cannot be changed', () => {
    const { plan } = compile(BODY, { parameters: { seed: 11 } });
    assert.ok(plan !== undefined);
    assert.deepEqual(plan.steps[0]?.config, { dataset: 'shop', seed: 11 });
    assert.deepEqual(plan.parameters, { dataset: 'shop', seed: 11 });
    assert.ok([plan, plan.steps, ...plan.steps.map(({ config }) => config)].every(Object.isFrozen));
  });

  it('has a digest that follows the content, not the order of keys', () => {
    const swapped = BODY.replace(/( {2}dataset: .*\n)( {2}seed: .*\n)/, '$2$1').replace(
      '{ id: a, uses: ingest,',
      '{ uses: ingest, id: a,',
    );
    assert.notEqual(swapped, BODY);
    const digest = compile(BODY).plan?.sha256;
    assert.match(digest ?? '', /^[0-9a-f]{64}$/);
    assert.equal(compile(swapped).plan?.sha256, digest);
    assert.notEqual(compile(BODY, { parameters: { seed: 8 } }).plan?.sha256, digest);
  });

  it('is not made of parameters of a wrong type or name', () => {
    assert.deepEqual(errorsOf(BODY, { parameters: { seed: 'seven' } }), [
      'bad.yaml:6:9 PARAMETER_TYPE',
      'bad.yaml:8:80 SETTING',
    ]);
    assert.deepEqual(errorsOf(BODY, { parameters: { seed: -1 } }), ['bad.yaml:6:9 PARAMETER_TYPE']);
    assert.deepEqual(errorsOf(BODY, { parameters: { sed: 1 } }), [
      'bad.yaml:4:1 UNKNOWN_PARAMETER (did you mean "seed"?)',
    ]);
  });
});

it('product-quality compiles without a warning', async () => {
  const dir = join(ROOT, 'pipelines');
  const source = await loadPipeline(dir, 'product-quality');
  const datasets = [...(await loadCatalogue(join(dir, 'datasets.yaml'))).keys()];
  const { plan, problems } = compilePipeline({ ...source, parameters: {}, datasets, models: ['all-minilm-l6-v2'] });
  assert.deepEqual(problems, []);
  assert.equal(plan?.name, 'product-quality');
  const without = compilePipeline({
    ...source,
    parameters: { model: 'all-minilm-l6-v3' },
    models: ['all-minilm-l6-v2'],
  });
  assert.deepEqual(
    without.problems.map(({ code, suggestion }) => [code, suggestion]),
    Array(2).fill(['UNKNOWN_MODEL', 'did you mean "all-minilm-l6-v2"?']),
  );
});

it('a pipeline that is not UTF-8 is refused', () =>
  withFolder(async (dir) => {
    const path = join(dir, 'latin.yaml');
    await writeFile(path, Uint8Array.from([0x6e, 0x3a, 0x20, 0xe9, 0x0a]));
    await assert.rejects(readPipeline(path), failsWith('PIPELINE_ENCODING'));
  }));
