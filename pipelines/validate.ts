import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { closest } from '../contracts/closest.ts';
import type { Facts } from '../contracts/errors.ts';
import type { PipelineProblemCode } from '../contracts/errors/pipeline.ts';
import type { JsonSchema } from '../contracts/json-schema.ts';
import type { Path } from './document.ts';

/** A breach of a schema, in the terms of problems. */
export interface Breach {
  code: PipelineProblemCode;
  path: Path;
  facts: Facts;
  at: 'key' | 'value';
  suggestion?: string;
}

const compiled = new WeakMap<JsonSchema, ValidateFunction>();
const ajv = new Ajv2020({ allErrors: true, discriminator: true, useDefaults: true, strict: false, verbose: true });

/** Checks `value`, filling in defaults. All breaches at once, innermost first. */
export function validate(schema: JsonSchema, value: unknown): Breach[] {
  const check = compiled.get(schema) ?? compile(schema);
  if (check(value)) return [];
  // Of alternatives (`oneOf`), what the chosen one says is told; that none fits is not news then.
  return (check.errors ?? []).filter(({ keyword }) => !['if', 'allOf'].includes(keyword)).map(toBreach);
}

/** @throws Error when a schema of the user's own is none: a pattern that does not parse, for one. */
function compile(schema: JsonSchema): ValidateFunction {
  const check = ajv.compile(schema);
  compiled.set(schema, check);
  return check;
}

function toBreach(error: ErrorObject): Breach {
  const path = parsePointer(error.instancePath);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      const nearest = closest(key, known);
      const suggestion = nearest === undefined ? `known: ${known.join(', ')}` : `did you mean "${nearest}"?`;
      return { code: 'UNKNOWN_KEY', path: [...path, key], facts: { key }, at: 'key', suggestion };
    }
    case 'required':
      return { code: 'REQUIRED', path, facts: { key: String(params['missingProperty']) }, at: 'value' };
    case 'enum':
    case 'const':
    case 'discriminator': {
      const allowed = allowedValues(error);
      const { tag, tagValue } = params as { tag?: string; tagValue?: unknown };
      const given = tag === undefined ? error.data : tagValue;
      const nearest = typeof given === 'string' ? closest(given, allowed) : undefined;
      const what = `${describe(given)} is not one of ${allowed.join(', ')}`;
      return {
        code: 'SCHEMA',
        path: tag === undefined || given === undefined ? path : [...path, tag],
        facts: { what },
        at: 'value',
        ...(nearest === undefined ? {} : { suggestion: `did you mean "${nearest}"?` }),
      };
    }
    default:
      return {
        code: 'SCHEMA',
        path,
        facts: { what: `${describe(error.data)} ${error.message ?? 'is not valid'}` },
        at: 'value',
      };
  }
}

function allowedValues({ keyword, schema, parentSchema }: ErrorObject): string[] {
  if (keyword === 'enum') return (schema as unknown[]).map(String);
  if (keyword === 'const') return [String(schema)];
  const { oneOf = [] } = parentSchema as { oneOf?: { properties: { type: { const: string } } }[] };
  return oneOf.map(({ properties }) => properties.type.const);
}

/** Short enough for one line. */
export function describe(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function parsePointer(pointer: string): (string | number)[] {
  const parts = pointer.split('/').slice(1);
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
}
