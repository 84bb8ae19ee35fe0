import { AssayError } from '../contracts/errors.ts';
import type { Artifacts } from './artifacts.ts';
import { getRecord, putRecord } from './json-objects.ts';
import type { ObjectClient } from './minio-client.ts';
import { checkpointFilesPrefix, checkpointManifestKey, checkpointPrefix, stepOfManifest } from './object-keys.ts';
import { parseCheckpoint } from './records.ts';
import type { CheckpointRef, Store } from './store.ts';

const MANY = 100_000;
const NEWEST_KEPT = 2;

/**
 * `checkpoints/<key>/<step>/…` holds the files of a checkpoint and its bundle, `checkpoints/<key>/<step>.json`, written last,
 * says that they are all there. The files are not shared with artifacts, so that they can be erased with all their versions.
 */
export function createCheckpoints(objects: ObjectClient, artifacts: Artifacts): Store['checkpoints'] {
  const steps = async (key: string): Promise<number[]> => {
    const keys = await objects.list(checkpointPrefix(key), MANY);
    return keys.flatMap((name) => stepOfManifest(key, name) ?? []).sort((a, b) => b - a);
  };
  /** Undefined for a checkpoint that cannot be used: no checkpoint at all is better than half of one. */
  const read = async (key: string, step: number): Promise<CheckpointRef | undefined> => {
    try {
      const found = await getRecord(objects, checkpointManifestKey(key, step), parseCheckpoint);
      return found?.step === step ? found : undefined;
    } catch (error) {
      if (error instanceof AssayError && error.code === 'STORE_RECORD_INVALID') return undefined;
      throw error;
    }
  };
  const erase = async (key: string, step: number): Promise<void> => {
    // The manifest first: from then on nobody starts from files that are going away.
    await objects.erase(checkpointManifestKey(key, step));
    await objects.erase(checkpointFilesPrefix(key, step));
  };
  return {
    async latest(key) {
      for (const step of await steps(key)) {
        const checkpoint = await read(key, step);
        if (checkpoint !== undefined && (await artifacts.has(checkpoint.bundle))) return checkpoint;
      }
      return undefined;
    },
    async put(key, step, dir, best, signal) {
      const prefix = checkpointFilesPrefix(key, step);
      const bundle = await artifacts.putBundle(dir, signal, (sha256) => prefix + sha256);
      const checkpoint: CheckpointRef = { step, best, bundle };
      await putRecord(objects, checkpointManifestKey(key, step), checkpoint);
      return checkpoint;
    },
    async prune(key) {
      const found = await steps(key);
      const checkpoints = await Promise.all(found.map((step) => read(key, step)));
      // Each new best is marked when it is stored, so that the last one marked is the best of all.
      const best = checkpoints.find((checkpoint) => checkpoint?.best === true)?.step;
      const whole = found.filter((_, index) => checkpoints[index] !== undefined);
      const kept = new Set([...whole.slice(0, NEWEST_KEPT), best]);
      for (const step of found) if (!kept.has(step)) await erase(key, step);
    },
    clear: (key) => objects.erase(checkpointPrefix(key)),
  };
}
