import { join } from 'node:path';
import { WORDS, type ParameterSpec } from '../encoder/parameters.ts';
import { openSafetensors, writeSafetensors, type NamedArray, type TensorFile } from '../safetensors.ts';
import type { Optimizer } from './optimizer.ts';
import { putRows, type UsedWords } from './used-words.ts';

/** Writes the trained tensors as they are, under our names. */
export function writeWeights(path: string, optimizer: Optimizer): void {
  writeSafetensors(
    path,
    optimizer.names().map((name) => ({
      name: `weights.${name}`,
      shape: optimizer.shape(name),
      values: () => optimizer.read(name, 'weights'),
    })),
  );
}

/**
 * The tensors of a Hugging Face classifier out of a file by `writeWeights`, read as they are asked for. Rows of words that never occurred come from
 * the base model, decayed by `decay`.
 */
export function modelArrays(options: {
  specs: readonly ParameterSpec[];
  trained: TensorFile;
  baseModelDir: string;
  words: UsedWords;
  decay: number;
}): NamedArray[] {
  const { specs, trained, baseModelDir, words, decay } = options;
  return specs.flatMap(({ name, shape, parts }) => {
    let before = 0;
    return parts.map((part) => {
      const from = before * rowLength(shape);
      before += part.rows;
      const to = before * rowLength(shape);
      const values = (): Float32Array => {
        const own = trained.read(`weights.${name}`);
        if (name !== WORDS) return own.subarray(from, to);
        return putRows(readWordTable(baseModelDir, part.name), words.ids, own, decay);
      };
      return { name: part.name, shape: [part.rows, ...shape.slice(1)], values };
    });
  });
}

function readWordTable(dir: string, name: string): Float32Array {
  const base = openSafetensors(join(dir, 'model.safetensors'));
  try {
    return base.read(base.shapes.has(name) ? name : name.replace(/^bert\./, ''));
  } finally {
    base.close();
  }
}

function rowLength(shape: readonly number[]): number {
  return shape.slice(1).reduce((product, length) => product * length, 1);
}
