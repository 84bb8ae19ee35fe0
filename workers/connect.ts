import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import type { ActivityDependencies } from '../activities/ports.ts';
import { AssayError } from '../contracts/errors.ts';
import { loadCatalogue } from '../pipelines/catalogue.ts';
import { createMinioStore, ensureBuckets } from '../storage/minio-store.ts';
import type { Store } from '../storage/store.ts';
import { createBaseModels, type BaseModels } from './base-models.ts';
import type { WorkerEnvironment } from './environment.ts';

/** What both workers are made of. */
export interface Base {
  connection: NativeConnection;
  store: Store;
  models: BaseModels;
  pipelinesDir: string;
  catalogueFile: string;
  dependencies: Omit<ActivityDependencies, 'trainer'>;
}

/** Connects to Temporal and the store and gathers what the activities need. */
export async function connect(environment: WorkerEnvironment): Promise<Base> {
  const { home, projectRoot, store: storeOptions } = environment;
  const connection = await NativeConnection.connect({ address: environment.temporal.address });
  const clock = (): Date => new Date();
  const options = { ...storeOptions, cacheDir: join(home, 'cache'), clock };
  await ensureBuckets(options);
  const store = createMinioStore(options);
  const models = createBaseModels(environment.modelsDir);
  const pipelinesDir = join(projectRoot, 'pipelines');
  const catalogueFile = join(pipelinesDir, 'datasets.yaml');
  return {
    connection,
    store,
    models,
    pipelinesDir,
    catalogueFile,
    dependencies: {
      store,
      async dataset(name) {
        const catalogue = await loadCatalogue(catalogueFile);
        const entry = catalogue.get(name);
        if (entry === undefined)
          throw new AssayError('DATASET_UNKNOWN', { dataset: name, known: [...catalogue.keys()] });
        return entry;
      },
      baseModel: (name) => models.find(name),
      sources: { dataDir: environment.dataDir, projectRoot, downloadDir: join(home, 'downloads') },
      compute: environment.compute,
      workRoot: join(home, 'tmp', 'steps'),
      clock,
    },
  };
}
