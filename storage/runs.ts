import { AssayError } from '../contracts/errors.ts';
import type { RunReport } from '../contracts/plan.ts';
import { getRecord, putRecord } from './json-objects.ts';
import { mapLimited } from './map-limited.ts';
import type { ObjectClient } from './minio-client.ts';
import { RUN_INDEX_PREFIX, runIndexKey, runKey, runKeyOfIndex } from './object-keys.ts';
import { parseRun } from './records.ts';
import type { Store } from './store.ts';

/** Manifests of runs, and beside them an index of empty objects whose names sort by time, newest first. */
export function createRuns(objects: ObjectClient): Store['runs'] {
  return {
    async put(report) {
      const { workflowId, runId, startedAt } = report.identity;
      const key = runKey(workflowId, runId);
      await putRecord(objects, key, report);
      await objects.put(runIndexKey(startedAt, workflowId, runId), Buffer.alloc(0), {});
      return key;
    },
    get: (workflowId, runId) => getRecord(objects, runKey(workflowId, runId), parseRun),
    async list(limit) {
      const keys = (await objects.list(RUN_INDEX_PREFIX, limit)).flatMap((key) => runKeyOfIndex(key) ?? []);
      const runs = await mapLimited(keys, 8, (key) => readable(objects, key));
      return runs.filter((run) => run !== undefined);
    },
  };
}

/** One damaged manifest must not hide the other runs; `get` says what is wrong with it. */
async function readable(objects: ObjectClient, key: string): Promise<RunReport | undefined> {
  try {
    return await getRecord(objects, key, parseRun);
  } catch (error) {
    if (error instanceof AssayError && error.code === 'STORE_RECORD_INVALID') return undefined;
    throw error;
  }
}
