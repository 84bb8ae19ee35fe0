import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../contracts/errors.ts';
import type { FinetuneConfig, Training } from '../../contracts/training.ts';
import { openSafetensors, writeSafetensors } from '../safetensors.ts';
import type { BestSoFar } from './early-stopping.ts';
import type { TunedModel } from './model-weights.ts';
import type { ParameterState } from './optimizer.ts';

/** What a checkpoint must share with the training that goes on from it. */
export interface CheckpointIdentity {
  config: FinetuneConfig;
  examplesSha256: string;
  modelSha256: string;
}

/** Everything but tensors. Data order and dropout are functions of the seed and the step, so there is no generator to keep. */
export interface TrainingState {
  step: number;
  best: BestSoFar;
  stoppedEarly: boolean;
  steps: Training['steps'];
  evaluations: Training['evaluations'];
  seconds: number;
  trainSeconds: number;
  samples: number;
  tokens: number;
}

const VERSION = 1;
const BEST = 'best.safetensors';

/** Writes a folder with `training.safetensors`, `state.json` and, once there is one, `best.safetensors`: whole or not at all. */
export function writeCheckpoint(
  dir: string,
  content: { identity: CheckpointIdentity; state: TrainingState; model: TunedModel; bestFile: string },
): void {
  const { identity, state, model, bestFile } = content;
  const { optimizer, tuning } = model;
  const partial = `${dir}.partial`;
  rmSync(partial, { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeSafetensors(join(partial, 'training.safetensors'), [
    ...optimizer.names().flatMap((name) =>
      optimizer.parts(name).map(({ part, shape }) => ({
        name: `${part}.${name}`,
        shape,
        values: () => optimizer.read(name, part),
      })),
    ),
    ...(tuning.follower?.state() ?? []).map(({ name, shape, values }) => ({ name, shape, values: () => values })),
  ]);
  if (existsSync(bestFile)) {
    copyFileSync(bestFile, join(partial, BEST));
    sync(join(partial, BEST));
  }
  writeFileSync(join(partial, 'state.json'), JSON.stringify({ version: VERSION, identity, state }));
  sync(join(partial, 'state.json'));
  sync(partial);
  renameSync(partial, dir);
}

export interface Checkpoint {
  state: TrainingState;
  parameter(name: string, shape: readonly number[]): ParameterState;
  /** What a method of tuning kept under this name. */
  array(name: string): Float32Array;
  /** Puts the best weights so far where training expects them. */
  restoreBest(bestFile: string): void;
  close(): void;
}

/** Throws CHECKPOINT_MISMATCH when it belongs to another training, MODEL_FILE_UNREADABLE when it is damaged. */
export function openCheckpoint(dir: string, identity: CheckpointIdentity): Checkpoint {
  let stored: { version: number; identity: CheckpointIdentity; state: TrainingState };
  try {
    stored = JSON.parse(readFileSync(join(dir, 'state.json'), 'utf8')) as typeof stored;
  } catch (cause) {
    throw new AssayError(
      'MODEL_FILE_UNREADABLE',
      { file: 'state.json', problem: 'the checkpoint has no state' },
      { cause },
    );
  }
  const difference = compare(stored, identity);
  if (difference !== '') throw new AssayError('CHECKPOINT_MISMATCH', { difference });
  const tensors = openSafetensors(join(dir, 'training.safetensors'));
  return {
    state: stored.state,
    parameter(name, shape) {
      const have = tensors.shapes.get(`weights.${name}`)?.join('×');
      if (have !== shape.join('×'))
        throw new AssayError('CHECKPOINT_MISMATCH', {
          difference: `${name} is ${have ?? 'missing'}, not ${shape.join('×')}`,
        });
      const own = [...tensors.shapes.keys()].filter((key) => key.endsWith(`.${name}`) && !key.startsWith('weights.'));
      const state = own
        .map((key) => [key.slice(0, -name.length - 1), key] as const)
        .filter(([part]) => !part.includes('.'))
        .map(([part, key]) => [part, tensors.read(key)] as const);
      return { shape, weights: tensors.read(`weights.${name}`), state: Object.fromEntries(state) };
    },
    array: (name) => tensors.read(name),
    restoreBest(bestFile) {
      if (existsSync(join(dir, BEST))) copyFileSync(join(dir, BEST), bestFile);
    },
    close: () => {
      tensors.close();
    },
  };
}

function compare(
  stored: { version: number; identity: CheckpointIdentity },
  { config, examplesSha256, modelSha256 }: CheckpointIdentity,
): string {
  if (stored.version !== VERSION) return `its format is version ${String(stored.version)}`;
  const before: Record<string, unknown> = { ...stored.identity.config };
  const changed = Object.entries(config)
    .filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value))
    .map(([name]) => name);
  if (changed.length > 0) return `${changed.join(', ')} changed`;
  if (stored.identity.examplesSha256 !== examplesSha256) return 'the rows changed';
  if (stored.identity.modelSha256 !== modelSha256) return 'the base model changed';
  return '';
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
