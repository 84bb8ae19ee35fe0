import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../contracts/errors.ts';
import type { BertConfig } from '../encoder/bert-config.ts';
import type { Weights } from '../encoder/layer-weights.ts';
import type { Beside } from '../encoder/wanted.ts';
import { dispose, upload, type Tensor } from '../tf.ts';
import { readHubAdapter } from './adapter/read-hub-adapter.ts';

/** Where a saved model has what cannot be merged into its weights. */
export const ADAPTER_FOLDER = 'adapter';

/** What a file held, for prediction. */
export interface SavedParts {
  /** By name. */
  tensors: ReadonlyMap<string, { shape: readonly number[]; values: Float32Array }>;
  /** What takes part beside the weights, made of the uploaded tensors. */
  beside(tensors: Weights): Beside;
}

/** Reads the adapter in `dir`, whose adapter_config.json is `config`; undefined when that is of another kind. Throws MODEL_FILE_UNREADABLE. */
export type ReadSavedParts = (
  dir: string,
  config: Record<string, unknown>,
  model: BertConfig,
) => SavedParts | undefined;

/** Every kind of file that a method which does not merge writes. */
const READERS: readonly ReadSavedParts[] = [readHubAdapter];

/** What stands beside the weights of a saved model, ready for prediction; the caller disposes of it. Throws MODEL_FILE_UNREADABLE. */
export function loadBeside(
  modelDir: string,
  model: BertConfig,
): { beside: Beside; parameters: number; dispose(): void } {
  const dir = join(modelDir, ADAPTER_FOLDER);
  if (!existsSync(dir)) return { beside: {}, parameters: 0, dispose: () => undefined };
  const { tensors, beside } = read(dir, model);
  const uploaded = new Map<string, Tensor>();
  for (const [name, { shape, values }] of tensors) uploaded.set(name, upload(shape, values));
  return {
    beside: beside(uploaded),
    parameters: [...tensors.values()].reduce((sum, { values }) => sum + values.length, 0),
    dispose() {
      dispose(...uploaded.values());
      uploaded.clear();
    },
  };
}

function read(dir: string, model: BertConfig): SavedParts {
  const config = readConfig(join(dir, 'adapter_config.json'));
  for (const reader of READERS) {
    const parts = reader(dir, config, model);
    if (parts !== undefined) return parts;
  }
  throw unreadable('it is of no kind of adapter that is known here');
}

function readConfig(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch (cause) {
    throw unreadable('it is missing or not JSON', cause);
  }
  throw unreadable('it is not an object');
}

function unreadable(problem: string, cause?: unknown): AssayError {
  return new AssayError('MODEL_FILE_UNREADABLE', { file: 'adapter_config.json', problem }, { cause });
}
