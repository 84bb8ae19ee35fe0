import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RunReport } from '../../contracts/plan.ts';
import type { Evaluation, Training } from '../../contracts/training.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** The first thing that must work: a whole run through real Temporal, MinIO and a training process. */
describe('a whole run on a random two-layer BERT', () => {
  let stack: Stack;
  before(async () => {
    stack = await startStack();
  });
  after(() => stack.stop());

  it('ends with a cleaned table, a fine-tuned model, an evaluation and a report in the store', async () => {
    const result = await stack.run({ pipeline: 'tiny' }, 'tiny-first');
    assert.equal(result.status, 'done');
    const report = await stack.store.runs.get(result.workflowId, result.runId);
    assert.ok(report);
    assert.deepEqual(
      report.steps.map(({ state }) => state),
      report.steps.map(() => 'done'),
    );
    const training = (await stack.store.fetchJson(output(report, 'finetune', 'training'))) as Training;
    assert.ok(training.steps.length > 10, 'it took optimizer steps');
    const [first, last] = [training.steps[0], training.steps.at(-1)];
    assert.ok(first && last && last.loss < first.loss, 'the loss fell');
    assert.equal(training.device.device, 'cpu');
    const evaluation = (await stack.store.fetchJson(output(report, 'evaluate', 'evaluation'))) as Evaluation;
    assert.ok(evaluation.scores.finetuned.macroF1 > evaluation.scores.majority.macroF1);
    const html = new TextDecoder().decode(await stack.store.fetchBytes(output(report, 'report', 'report')));
    assert.match(html, /^<!doctype html>/i);
  });

  it('answers a second run from the cache, all but the report', async () => {
    const result = await stack.run({ pipeline: 'tiny' }, 'tiny-second');
    const report = await stack.store.runs.get(result.workflowId, result.runId);
    const computed = report?.steps.filter(({ outcome }) => outcome?.cached === false).map(({ id }) => id);
    assert.deepEqual(computed, ['report']);
  });

  it('keeps rows, texts and personal data out of the history', async () => {
    const history = JSON.stringify(await stack.client.workflow.getHandle('tiny-first').fetchHistory());
    const decoded = history.replace(/"data":"([^"]*)"/g, (_, data: string) => Buffer.from(data, 'base64').toString());
    assert.doesNotMatch(decoded, /went straight back|@example\.com/);
    assert.match(decoded, /sha256\//);
  });
});

function output(report: RunReport, step: string, name: string) {
  const ref = report.steps.find(({ id }) => id === step)?.outcome?.outputs[name];
  assert.ok(ref, `${step}.${name}`);
  return ref;
}
