import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { RUN_STATE_QUERY, RUN_WORKFLOW } from '../../contracts/control.ts';
import type { RunInput, RunReport, RunResult } from '../../contracts/plan.ts';
import { QUEUES } from '../../contracts/queues.ts';
import { createMinioStore } from '../../storage/minio-store.ts';
import type { Store } from '../../storage/store.ts';
import { startMinio } from './minio.ts';
import { built, FIXTURES, ROOT } from './paths.ts';
import { startProcess, type Running } from './process.ts';
import { startTemporal, type TemporalServer } from './temporal.ts';

export type WorkerName = 'cpu' | 'gpu';

/** Real Temporal, real MinIO and real worker processes, in a folder of their own. */
export interface Stack {
  temporal: TemporalServer;
  minio: Awaited<ReturnType<typeof startMinio>>;
  client: Client;
  store: Store;
  /** A project root of the test's own: `pipelines/` and `data/`. */
  root: string;
  home: string;
  workers: Map<WorkerName, Running>;
  startWorker(name: WorkerName): Promise<Running>;
  run(input: RunInput, workflowId: string): Promise<RunResult>;
  start(input: RunInput, workflowId: string): Promise<void>;
  state(workflowId: string): Promise<RunReport | null>;
  stop(): Promise<void>;
}

/** Starts everything; `stop` ends it and removes the folder. */
export async function startStack({ workers = ['cpu', 'gpu'] }: { workers?: WorkerName[] } = {}): Promise<Stack> {
  const parent = join(ROOT, '.assay', 'test');
  await mkdir(parent, { recursive: true });
  const dir = await mkdtemp(join(parent, 'stack-'));
  const [root, home] = [join(dir, 'root'), join(dir, 'home')];
  const shop = join(FIXTURES, 'tiny-shop');
  await copy(join(shop, 'datasets.yaml'), join(root, 'pipelines', 'datasets.yaml'));
  await copy(join(shop, 'tiny.yaml'), join(root, 'pipelines', 'tiny.yaml'));
  await copy(join(shop, 'reviews.csv'), join(root, 'data', 'reviews.csv'));

  const [temporal, minio] = await Promise.all([startTemporal(), startMinio()]);
  const { endpoint, accessKey, secretKey } = minio;
  const running = new Map<WorkerName, Running>();
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ASSAY_HOME: home,
    ASSAY_ROOT: root,
    ASSAY_MODELS: FIXTURES,
    ASSAY_DATA: '',
    ASSAY_TEMPORAL_ADDRESS: temporal.address,
    ASSAY_STORE_ENDPOINT: endpoint,
    ASSAY_STORE_ACCESS_KEY: accessKey,
    ASSAY_STORE_SECRET_KEY: secretKey,
    ASSAY_DEVICE: 'cpu',
  };
  const startWorker = async (name: WorkerName): Promise<Running> => {
    const args = ['--enable-source-maps', built(`workers/${name}.js`)];
    const worker = await startProcess(process.execPath, args, { env, ready: /worker ready/ });
    running.set(name, worker);
    return worker;
  };
  await Promise.all(workers.map(startWorker));

  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection });
  const store = createMinioStore({
    endpoint,
    accessKey,
    secretKey,
    bucket: 'assay',
    cacheDir: join(home, 'test-cache'),
    clock: () => new Date(),
  });
  const options = (input: RunInput, workflowId: string) => ({ workflowId, taskQueue: QUEUES.workflow, args: [input] });
  return {
    temporal,
    minio,
    client,
    store,
    root,
    home,
    workers: running,
    startWorker,
    run: (input, workflowId) => client.workflow.execute(RUN_WORKFLOW, options(input, workflowId)) as Promise<RunResult>,
    async start(input, workflowId) {
      await client.workflow.start(RUN_WORKFLOW, options(input, workflowId));
    },
    state: (workflowId) => client.workflow.getHandle(workflowId).query<RunReport | null>(RUN_STATE_QUERY),
    async stop() {
      await Promise.all([...running.values()].map((worker) => worker.stop()));
      await connection.close();
      await Promise.all([temporal.process.stop(), minio.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
}
