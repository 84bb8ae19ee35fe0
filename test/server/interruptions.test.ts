import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'node:test';
import { Client as MinioClient } from 'minio';
import type { StepRecord } from '../../contracts/plan.ts';
import type { Training } from '../../contracts/training.ts';
import { failureOf } from '../harness/failures.ts';
import { BIN } from '../harness/paths.ts';
import { startStack, type Stack } from '../harness/stack.ts';
import { waitFor } from '../harness/wait.ts';

/** Long enough to be met in the middle, on the tiny model. */
const long = { epochs: 60, checkpointEverySteps: 20 };

describe('interruptions', () => {
  let stack: Stack;
  before(async () => {
    stack = await startStack();
  });
  after(() => stack.stop());

  const step = async (run: string, id: string): Promise<StepRecord | undefined> =>
    (await stack.state(run).catch(() => null))?.steps.find((record) => record.id === id);
  const reaches = (run: string, id: string, state: StepRecord['state'], timeoutMs?: number) =>
    waitFor(
      `${run}.${id} ${state}`,
      async () => ((await step(run, id))?.state === state ? true : undefined),
      timeoutMs,
    );
  /** Waits until the training of this run reports that it is past its first steps. */
  const trains = async (run: string) => {
    await reaches(run, 'finetune', 'running');
    await waitFor('training progress', async () => {
      const { pendingActivities } = (await stack.client.workflow.getHandle(run).describe()).raw;
      const details = Buffer.from(pendingActivities?.[0]?.heartbeatDetails?.payloads?.[0]?.data ?? []).toString();
      return /step [3-9]\d/.test(details) || /step \d{3}/.test(details) ? true : undefined;
    });
  };
  const training = async (run: string): Promise<Training> => {
    const ref = (await step(run, 'finetune'))?.outcome?.outputs['training'];
    assert.ok(ref);
    return (await stack.store.fetchJson(ref)) as Training;
  };

  it('starts by the plain Temporal command line', async () => {
    const { stdout } = await promisify(execFile)(join(BIN, 'temporal'), [
      ...['workflow', 'start', '--address', stack.temporal.address, '--type', 'runPipeline', '--task-queue', 'assay'],
      ...['--workflow-id', 'plain', '--input', '{"pipeline":"tiny"}'],
    ]);
    assert.match(stdout, /plain/);
    assert.equal(((await stack.client.workflow.getHandle('plain').result()) as { status: string }).status, 'done');
  });

  it('SIGTERM on the gpu worker saves a checkpoint; the next worker goes on from it', async () => {
    await stack.start({ pipeline: 'tiny', parameters: { ...long, seed: 21 } }, 'sigterm');
    await trains('sigterm');
    const code = await stack.workers.get('gpu')?.stop('SIGTERM');
    assert.equal(code, 0);
    await stack.startWorker('gpu');
    await reaches('sigterm', 'finetune', 'done', 120_000);
    const { resumedFromStep } = await training('sigterm');
    assert.ok(resumedFromStep !== null && resumedFromStep >= 30, String(resumedFromStep));
  });

  it('SIGKILL on the gpu worker loses only what came after the last checkpoint, and leaves no training process', async () => {
    await stack.start({ pipeline: 'tiny', parameters: { ...long, seed: 22 } }, 'sigkill');
    await trains('sigkill');
    const pid = stack.workers.get('gpu')?.child.pid;
    assert.ok(pid !== undefined);
    const [child] = await childrenOf(pid);
    assert.ok(child !== undefined);
    await stack.workers.get('gpu')?.stop('SIGKILL');
    await waitFor('the training process to end', async () => ((await alive(child)) ? undefined : true), 20_000);
    await stack.startWorker('gpu');
    await reaches('sigkill', 'finetune', 'done', 180_000);
    const { resumedFromStep } = await training('sigkill');
    assert.ok(resumedFromStep !== null && resumedFromStep >= 20, String(resumedFromStep));
  });

  it('cancelling ends the training process and writes the manifest', async () => {
    await stack.start({ pipeline: 'tiny', parameters: { ...long, seed: 23 } }, 'cancelled');
    await trains('cancelled');
    const pid = stack.workers.get('gpu')?.child.pid;
    assert.ok(pid !== undefined);
    await stack.client.workflow.getHandle('cancelled').cancel();
    await assert.rejects(stack.client.workflow.getHandle('cancelled').result());
    assert.deepEqual(await childrenOf(pid), []);
    assert.equal((await stack.state('cancelled'))?.status, 'cancelled');
    assert.equal((await step('cancelled', 'finetune'))?.state, 'cancelled');
  });

  it('makes a corrupted artifact again and goes on', async () => {
    await stack.start({ pipeline: 'tiny', parameters: { ...long, seed: 24 } }, 'corrupt');
    await trains('corrupt');
    // The evaluation will read this table: its bytes are spoilt in the store, and the local copies are taken away.
    const ref = (await step('corrupt', 'mask'))?.outcome?.outputs['table'];
    assert.ok(ref);
    const { hostname: endPoint, port } = new URL(stack.minio.endpoint);
    const { accessKey, secretKey } = stack.minio;
    const objects = new MinioClient({ endPoint, port: Number(port), useSSL: false, accessKey, secretKey });
    await objects.putObject('assay', ref.key, Buffer.alloc(ref.bytes, 'x'));
    await rm(join(stack.home, 'cache'), { recursive: true, force: true });
    await reaches('corrupt', 'evaluate', 'done', 180_000);
    assert.equal((await step('corrupt', 'mask'))?.outcome?.cached, false);
  });

  it('waits for a store that is down and goes on when it is back', async () => {
    await stack.minio.pause();
    await stack.start({ pipeline: 'tiny', parameters: { seed: 25 } }, 'store-down');
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await stack.minio.start();
    await reaches('store-down', 'split', 'done', 90_000);
    await stack.client.workflow.getHandle('store-down').terminate('seen');
  });

  it('fails with the code and the remedy once a step has failed for good, and cancels what still runs', async () => {
    const failure = await failureOf(
      stack.run(
        {
          pipeline: 'tiny',
          parameters: {
            task: {
              text: ['nowhere'],
              label: 'recommended',
              classes: [
                { value: '0', name: 'bad' },
                { value: '1', name: 'good' },
              ],
              positive: 'good',
            },
          },
        },
        'no-column',
      ),
    );
    assert.equal(failure.code, 'DATA_COLUMN_MISSING');
    assert.notEqual(failure.remedy, '');
    assert.equal((await stack.state('no-column'))?.status, 'failed');
  });
});

async function childrenOf(pid: number): Promise<number[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const children: number[] = [];
  for (const candidate of processes) {
    const stat = await readFile(`/proc/${String(candidate)}/stat`, 'utf8').catch(() => '');
    if (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(pid)) children.push(candidate);
  }
  return children;
}

async function alive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '');
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}
