import { join } from 'node:path';
import { AssayError } from '../../contracts/errors.ts';
import { normal, seeded } from '../metrics/seeded.ts';
import { openSafetensors } from '../safetensors.ts';
import type { ParameterSpec } from './parameters.ts';

/** Tensors that files of other tasks carry and that a classifier has no use for. */
const UNUSED = /^(cls\.|bert\.embeddings\.position_ids$)/;

/**
 * Gives each parameter's values, one after the other, from the `model.safetensors` of a folder (with or without the prefix `bert.`). Head
 * parameters that the file lacks are drawn from N(0, 0.02), biases 0. Returns true when the classifier or the pooler was.
 * Throws MODEL_WEIGHTS_MISMATCH with all that is missing, too many or of another shape; MODEL_FILE_UNREADABLE.
 */
export function loadWeights(
  dir: string,
  specs: readonly ParameterSpec[],
  seed: number,
  place: (spec: ParameterSpec, values: Float32Array) => void,
): boolean {
  const file = openSafetensors(join(dir, 'model.safetensors'));
  try {
    const prefixed = new Map(
      [...file.shapes.keys()].map((name) => [/^(bert|classifier|cls)\./.test(name) ? name : `bert.${name}`, name]),
    );
    const drawn = specs.filter(({ head, parts }) => head && parts.every(({ name }) => !prefixed.has(name)));
    refuseMismatch(specs, drawn, prefixed, file.shapes);
    const random = seeded(seed);
    for (const spec of specs) {
      if (drawn.includes(spec)) {
        place(spec, initialise(spec, random));
        continue;
      }
      const parts = spec.parts.map(({ name }) => file.read(prefixed.get(name) ?? name));
      place(spec, joined(parts));
    }
    return drawn.length > 0;
  } finally {
    file.close();
  }
}

function refuseMismatch(
  specs: readonly ParameterSpec[],
  drawn: readonly ParameterSpec[],
  prefixed: ReadonlyMap<string, string>,
  shapes: ReadonlyMap<string, readonly number[]>,
): void {
  const missing: string[] = [];
  const reshaped: string[] = [];
  const expected = new Set<string>();
  for (const spec of specs) {
    for (const { name, rows } of spec.parts) {
      expected.add(name);
      const stored = prefixed.get(name);
      if (stored === undefined) {
        if (!drawn.includes(spec)) missing.push(name);
        continue;
      }
      const want = [rows, ...spec.shape.slice(1)].join('×');
      const have = (shapes.get(stored) ?? []).join('×');
      if (want !== have) reshaped.push(`${name} is ${have}, not ${want}`);
    }
  }
  const extra = [...prefixed].filter(([name]) => !expected.has(name) && !UNUSED.test(name)).map(([, stored]) => stored);
  if (missing.length + reshaped.length + extra.length > 0)
    throw new AssayError('MODEL_WEIGHTS_MISMATCH', {
      problems: describe([...listed('missing', missing), ...listed('not known', extra), ...reshaped]),
    });
}

function listed(what: string, names: readonly string[]): string[] {
  return names.map((name) => `${what}: ${name}`);
}

function describe(problems: readonly string[]): string {
  const shown = problems.slice(0, 20).join('; ');
  return problems.length > 20 ? `${shown}; and ${String(problems.length - 20)} more` : shown;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** N(0, 0.02²) for matrices, 0 for biases: as BERT's authors and Transformers do. */
function initialise({ shape }: ParameterSpec, random: () => number): Float32Array {
  const length = shape.reduce((product, size) => product * size, 1);
  return shape.length === 1 ? new Float32Array(length) : normal(length, 0.02, random);
}
