import { createHash } from 'node:crypto';

export interface KeyParts {
  kind: string;
  version: number;
  config: Record<string, unknown>;
  /** SHA-256 of each input, by its name. */
  inputs: Record<string, string>;
  /** What else decides the result: library, device, number of threads, digest of a source. */
  facts: Record<string, string>;
}

/** Lower-case hexadecimal SHA-256 that names the result of a step: equal parts, in whatever order, give equal keys. */
export function contentKey({ kind, version, config, inputs, facts }: KeyParts): string {
  return sha256Hex(canonicalJson({ kind, version, config, inputs, facts }));
}

export function sha256Hex(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * JSON with keys sorted by UTF-16 code units and no white space, so that equal values are equal bytes
 * (RFC 8785, which ECMAScript's own number and string forms already follow). A property that is undefined is left out.
 * @throws TypeError on what JSON would silently change: NaN, infinities, functions, symbols, bigints, maps, sets, bytes, cycles
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$', new Set());
}

function write(value: unknown, path: string, above: Set<object>): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${path} is ${String(value)}, which JSON cannot hold`);
    return JSON.stringify(value);
  }
  if (typeof value !== 'object') throw new TypeError(`${path} is of type ${typeof value}, which JSON cannot hold`);
  if (value instanceof Date) return JSON.stringify(value);
  if (!Array.isArray(value) && Symbol.iterator in value)
    throw new TypeError(`${path} is a collection or bytes, which JSON cannot hold`);
  if (above.has(value)) throw new TypeError(`${path} contains itself`);
  above.add(value);
  const text = Array.isArray(value)
    ? `[${value.map((item: unknown, index) => write(item, `${path}[${String(index)}]`, above)).join(',')}]`
    : `{${Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => `${JSON.stringify(key)}:${write(item, `${path}.${key}`, above)}`)
        .join(',')}}`;
  above.delete(value);
  return text;
}
