import { AssayError } from '../contracts/errors.ts';
import { sha256Hex } from './content-key.ts';

const MAX_SEGMENT = 200;
const LAST_TIME = 9_999_999_999_999;

export const artifactKey = (sha256: string): string => `sha256/${sha256.slice(0, 2)}/${sha256}`;

export const cacheEntryKey = (key: string): string => `cache/${checked(key)}.json`;

/** Everything of one step's checkpoints stands below this. */
export const checkpointPrefix = (key: string): string => `checkpoints/${checked(key)}/`;
export const checkpointManifestKey = (key: string, step: number): string =>
  `${checkpointPrefix(key)}${paddedStep(step)}.json`;
export const checkpointFilesPrefix = (key: string, step: number): string =>
  `${checkpointPrefix(key)}${paddedStep(step)}/`;

export const runKey = (workflowId: string, runId: string): string =>
  `runs/${segment(workflowId)}/${segment(runId)}.json`;

export const RUN_INDEX_PREFIX = 'run-index/';

/** A store lists keys in ascending order only, so the index counts time downwards: the newest run is its first key. */
export function runIndexKey(startedAt: string, workflowId: string, runId: string): string {
  const ms = Date.parse(startedAt);
  const inverted = LAST_TIME - (Number.isNaN(ms) ? 0 : ms);
  return `${RUN_INDEX_PREFIX}${String(inverted).padStart(13, '0')}/${segment(workflowId)}/${segment(runId)}`;
}

/** The manifest that an index key stands for; undefined when it is none of ours. */
export function runKeyOfIndex(indexKey: string): string | undefined {
  const [, workflow, run] = indexKey.slice(RUN_INDEX_PREFIX.length).split('/');
  return workflow === undefined || run === undefined ? undefined : `runs/${workflow}/${run}.json`;
}

/** The step that a checkpoint's manifest key names; undefined for its files. */
export function stepOfManifest(key: string, manifestKey: string): number | undefined {
  const name = manifestKey.slice(checkpointPrefix(key).length);
  return /^\d{12}\.json$/.test(name) ? Number(name.slice(0, 12)) : undefined;
}

function paddedStep(step: number): string {
  if (!Number.isInteger(step) || step < 0) throw new RangeError(`${String(step)} is not a step of training`);
  return String(step).padStart(12, '0');
}

function checked(key: string): string {
  if (/^[0-9a-zA-Z][\w.-]{0,199}$/.test(key)) return key;
  throw new AssayError('STORE_RECORD_INVALID', { key, problem: 'not a content key' });
}

/**
 * Any text as one path segment: letters, digits, `_`, `.` and `-` stay, other bytes become `~XX`. A file system allows 255
 * bytes, so a longer one is cut and told apart by its digest.
 */
function segment(text: string): string {
  const safe = [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[\w.-]/.test(character) ? character : `~${byte.toString(16).padStart(2, '0')}`;
    })
    .join('')
    .replace(/^\.+$/, (dots) => dots.replaceAll('.', '~2e'));
  if (safe === '') return '~';
  return safe.length <= MAX_SEGMENT ? safe : `${safe.slice(0, MAX_SEGMENT - 66)}~~${sha256Hex(text)}`;
}
