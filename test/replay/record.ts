/**
 * Records the histories that replay.test.ts replays: run once a release, on the build.
 * usage: node dist/test/replay/record.js VERSION
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { ROOT } from '../harness/paths.ts';
import { startStack } from '../harness/stack.ts';

const version = process.argv[2];
if (version === undefined) throw new Error('usage: record.js VERSION');
const dir = join(ROOT, 'test', 'replay', 'histories');
await mkdir(dir, { recursive: true });
const stack = await startStack();
try {
  await stack.run({ pipeline: 'tiny' }, 'done');
  await stack.run({ pipeline: 'tiny', parameters: { dataset: 'nowhere' } }, 'refused').catch(() => undefined);
  await stack.start({ pipeline: 'tiny', parameters: { seed: 8, epochs: 50 } }, 'cancelled');
  while ((await stack.state('cancelled'))?.steps.find(({ id }) => id === 'finetune')?.state !== 'running')
    await new Promise((resolve) => setTimeout(resolve, 200));
  const handle = stack.client.workflow.getHandle('cancelled');
  await handle.cancel();
  await handle.result().catch(() => undefined);
  for (const id of ['done', 'refused', 'cancelled']) {
    const history = historyToJSON(await stack.client.workflow.getHandle(id).fetchHistory());
    await writeFile(join(dir, `${version}-${id}.json`), history);
  }
} finally {
  await stack.stop();
}
