import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../../contracts/errors.ts';

/** What the encoder computes, from the `config.json` of a Hugging Face folder. */
export interface BertConfig {
  architecture: string;
  vocabulary: number;
  hidden: number;
  layers: number;
  heads: number;
  intermediate: number;
  positions: number;
  types: number;
  layerNormEpsilon: number;
  /** The file itself, so that what we do not read is kept when the model is saved. */
  raw: Readonly<Record<string, unknown>>;
}

/** Throws MODEL_FILE_UNREADABLE, MODEL_NOT_SUPPORTED. */
export async function readBertConfig(dir: string): Promise<BertConfig> {
  const unreadable = (problem: string, cause?: unknown): AssayError =>
    new AssayError('MODEL_FILE_UNREADABLE', { file: 'config.json', problem }, { cause });
  const text = await readFile(join(dir, 'config.json'), 'utf8').catch((cause: unknown) => {
    throw unreadable(cause instanceof Error ? cause.message : 'cannot be read', cause);
  });
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw unreadable('it is not JSON', cause);
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw unreadable('it is not an object');
  return parseBertConfig({ ...raw });
}

/** Throws MODEL_FILE_UNREADABLE, MODEL_NOT_SUPPORTED. */
export function parseBertConfig(raw: Readonly<Record<string, unknown>>): BertConfig {
  const unsupported = (what: string): AssayError => new AssayError('MODEL_NOT_SUPPORTED', { what });
  if (raw['model_type'] !== 'bert') throw unsupported(`model_type ${JSON.stringify(raw['model_type'])}`);
  const activation = raw['hidden_act'] ?? 'gelu';
  if (activation !== 'gelu') throw unsupported(`hidden_act ${JSON.stringify(activation)}`);
  const position = raw['position_embedding_type'] ?? 'absolute';
  if (position !== 'absolute') throw unsupported(`position_embedding_type ${JSON.stringify(position)}`);
  if (raw['is_decoder'] === true) throw unsupported('is_decoder true');
  const size = (key: string, otherwise?: number): number => {
    const value = raw[key] ?? otherwise;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
      throw new AssayError('MODEL_FILE_UNREADABLE', {
        file: 'config.json',
        problem: `${key} is ${value === undefined ? 'missing' : JSON.stringify(value)}, not a whole number above 0`,
      });
    return value;
  };
  const config: BertConfig = {
    architecture: Array.isArray(raw['architectures']) ? String(raw['architectures'][0]) : 'BertModel',
    vocabulary: size('vocab_size'),
    hidden: size('hidden_size'),
    layers: size('num_hidden_layers'),
    heads: size('num_attention_heads'),
    intermediate: size('intermediate_size'),
    positions: size('max_position_embeddings'),
    types: size('type_vocab_size', 2),
    layerNormEpsilon: typeof raw['layer_norm_eps'] === 'number' ? raw['layer_norm_eps'] : 1e-12,
    raw,
  };
  if (config.hidden % config.heads !== 0)
    throw unsupported(`hidden_size ${String(config.hidden)} with ${String(config.heads)} attention heads`);
  return config;
}
