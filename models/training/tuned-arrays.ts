import type { ParameterSpec } from '../encoder/parameters.ts';
import { loadWeights } from '../encoder/weights.ts';
import type { NamedArray, TensorFile } from '../safetensors.ts';
import { dispose, download, tidy, upload, type Tensor } from '../tf.ts';
import type { Tuning } from '../tuning/method.ts';

/**
 * The tensors of a Hugging Face classifier out of a base model and what was trained of it or beside it (a file by `writeWeights`): added
 * parameters are merged. `close` frees them.
 */
export function tunedArrays(options: {
  specs: readonly ParameterSpec[];
  trained: TensorFile;
  baseModelDir: string;
  seed: number;
  tuning: Tuning;
}): { arrays: NamedArray[]; close(): void } {
  const { specs, trained, baseModelDir, seed, tuning } = options;
  const held = new Map<string, Tensor>();
  const own = (name: string): Float32Array => trained.read(`weights.${name}`);
  loadWeights(baseModelDir, specs, seed, ({ name, shape }, values) => {
    held.set(name, upload(shape, tuning.trains.has(name) ? own(name) : values));
  });
  for (const { name, shape } of tuning.added) held.set(name, upload(shape, own(name)));
  const { weights } = tidy(() => ({ weights: tuning.assemble(held, { seed, step: 0 }).weights }));
  const arrays = specs.flatMap(({ name, shape, parts }) => {
    const width = shape.slice(1).reduce((product, length) => product * length, 1);
    let before = 0;
    return parts.map((part): NamedArray => {
      const [from, to] = [before * width, (before + part.rows) * width];
      before += part.rows;
      const values = (): Float32Array => {
        const tensor = weights.get(name);
        if (tensor === undefined) throw new Error(`there is no parameter ${name}`);
        return download(tensor).subarray(from, to);
      };
      return { name: part.name, shape: [part.rows, ...shape.slice(1)], values };
    });
  });
  return {
    arrays,
    close() {
      dispose(...new Set([...held.values(), ...weights.values()]));
    },
  };
}
