import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { listens } from '../../infra/ports.mjs';
import { isAlive } from '../../infra/process-identity.mjs';
import { down, readState, up } from '../../infra/servers.mjs';
import { ROOT } from '../harness/paths.ts';
import { waitFor } from '../harness/wait.ts';

type State = Awaited<ReturnType<typeof up>>;

/** What `npm start` leaves running, in a home of the test's own. */
describe('the servers of a project', () => {
  let home: string;
  before(async () => {
    const parent = join(ROOT, '.assay', 'test');
    await mkdir(parent, { recursive: true });
    home = await mkdtemp(join(parent, 'servers-'));
  });
  after(async () => {
    await down({ home });
    await rm(home, { recursive: true, force: true });
  });

  const start = () => up({ root: ROOT, home, runtimes: join(ROOT, '.assay'), ports: 'free' });
  const processOf = (state: State | undefined, name: string) => state?.processes.find((each) => each.name === name);
  const replaced = (name: string, before: State) =>
    waitFor(`${name} to be started again`, () => {
      const now = processOf(readState({ home }), name);
      return now !== undefined && now.pid !== processOf(before, name)?.pid && isAlive(now) ? now : undefined;
    });
  const startWorkflow = async ({ temporal }: State, workflowId: string): Promise<void> => {
    const connection = await Connection.connect({ address: temporal.address });
    // No worker listens there: it stays open.
    await new Client({ connection }).workflow.start('runPipeline', { workflowId, taskQueue: 'nobody', args: [] });
    await connection.close();
  };

  it('start once: a second start finds them', async () => {
    const first = await start();
    assert.deepEqual(
      first.processes.map(({ name }) => name),
      ['temporal', 'minio', 'worker-cpu', 'worker-gpu'],
    );
    const second = await start();
    assert.equal(second.supervisor.pid, first.supervisor.pid);
    assert.deepEqual(second.processes, first.processes);
  });

  it('are on the loopback interface alone', async () => {
    const { store, temporal } = await start();
    for (const address of [store.endpoint, store.console, temporal.ui, `http://${temporal.address}`])
      assert.equal(new URL(address).hostname, '127.0.0.1');
    const listening = (await readFile('/proc/net/tcp', 'utf8')).split('\n').slice(1);
    const ports = [store.endpoint, store.console, temporal.ui, `http://${temporal.address}`].map((address) =>
      Number(new URL(address).port).toString(16).toUpperCase().padStart(4, '0'),
    );
    // State 0A listens; 0100007F is 127.0.0.1 in the order of bytes of this machine.
    for (const port of ports)
      assert.ok(
        listening.some((line) => line.includes(`0100007F:${port} `)) &&
          !listening.some((line) => line.includes(`00000000:${port} `)),
        port,
      );
  });

  it('start again what was killed', async () => {
    const state = await start();
    for (const name of ['worker-cpu', 'minio']) {
      process.kill(processOf(state, name)?.pid ?? 0, 'SIGKILL');
      await replaced(name, state);
    }
  });

  it('lose no run in a restart, nor when their supervisor is killed', async () => {
    const state = await start();
    await startWorkflow(state, 'kept');
    process.kill(state.supervisor.pid, 'SIGKILL');
    await waitFor('the supervisor to end', () => (isAlive(state.supervisor) ? undefined : true));
    const next = await start();
    for (const old of state.processes) assert.equal(isAlive(old), false, `${old.name} of before still runs`);
    const connection = await Connection.connect({ address: next.temporal.address });
    const { status } = await new Client({ connection }).workflow.getHandle('kept').describe();
    await connection.close();
    assert.equal(status.name, 'RUNNING');
  });

  it('end with `down`, all of them, and leave their ports free', async () => {
    const state = await start();
    assert.equal(await down({ home }), true);
    for (const each of state.processes) assert.equal(isAlive(each), false, each.name);
    assert.equal(await listens(Number(new URL(state.store.endpoint).port)), false);
    assert.equal(readState({ home }), undefined);
    assert.equal(await down({ home }), false);
  });
});
