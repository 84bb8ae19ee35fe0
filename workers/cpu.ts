/** The cpu worker: workflows, the control activities, and every step without tensors. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { createControlActivities } from '../activities/control.ts';
import { createStepActivities } from '../activities/index.ts';
import { SEARCH_ATTRIBUTES } from '../contracts/control.ts';
import { QUEUES } from '../contracts/queues.ts';
import { connect } from './connect.ts';
import { readWorkerEnvironment } from './environment.ts';
import { besideMe } from './paths.ts';
import { PROGRESS_INTERVAL, runWorkers } from './run-workers.ts';

await runWorkers(async () => {
  const environment = readWorkerEnvironment(process.env);
  const base = await connect(environment);
  const { connection } = base;
  const { namespace } = environment.temporal;
  const workflows = await Worker.create({ connection, namespace, taskQueue: QUEUES.workflow, ...workflowCode() });
  const activities = await Worker.create({
    connection,
    namespace,
    taskQueue: QUEUES.cpu,
    activities: {
      ...createStepActivities({ ...base.dependencies, trainer: null }),
      ...createControlActivities({
        store: base.store,
        pipelinesDir: base.pipelinesDir,
        catalogueFile: base.catalogueFile,
        models: () => base.models.names(),
        searchAttributes: await hasSearchAttributes(environment.temporal),
      }),
    },
    maxConcurrentActivityTaskExecutions: 4,
    maxHeartbeatThrottleInterval: PROGRESS_INTERVAL,
    shutdownGraceTime: '10 seconds',
  });
  return { workers: [workflows, activities], close: () => connection.close() };
});

function workflowCode() {
  const bundle = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  if (existsSync(bundle)) return { workflowBundle: { codePath: bundle } };
  return { workflowsPath: besideMe(import.meta.url, '../workflows/index') };
}

async function hasSearchAttributes({ address, namespace }: { address: string; namespace: string }): Promise<boolean> {
  const client = new Client({ connection: await Connection.connect({ address }), namespace });
  try {
    const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace });
    return Object.values(SEARCH_ATTRIBUTES).every((name) => name in customAttributes);
  } finally {
    await client.connection.close();
  }
}
