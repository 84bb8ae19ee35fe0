import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { built, ROOT } from '../harness/paths.ts';

const HISTORIES = join(ROOT, 'test', 'replay', 'histories');

/** Histories of each released version, recorded by record.ts: a change of workflow code must not break open runs. */
describe('workflow code replays', async () => {
  const files = (await readdir(HISTORIES)).filter((file) => file.endsWith('.json'));

  it('has histories to replay', () => {
    assert.ok(files.length >= 3, files.join(', '));
  });

  for (const file of files)
    it(file, async () => {
      const history = historyFromJSON(JSON.parse(await readFile(join(HISTORIES, file), 'utf8')));
      await Worker.runReplayHistory({ workflowBundle: { codePath: built('workflow-bundle.js') } }, history);
    });

  it('notices when history and code disagree', async () => {
    const [file] = files;
    assert.ok(file);
    const text = (await readFile(join(HISTORIES, file), 'utf8')).replaceAll('"recordRun"', '"renamed"');
    const history = historyFromJSON(JSON.parse(text));
    await assert.rejects(
      Worker.runReplayHistory({ workflowBundle: { codePath: built('workflow-bundle.js') } }, history),
      {
        name: 'DeterminismViolationError',
      },
    );
  });
});
