import type { JsonSchema } from '../contracts/json-schema.ts';

interface Keywords {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  oneOf?: readonly JsonSchema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
}

/** What a value may be, in words: `integer, at least 1`. */
export function allowedBy(schema: JsonSchema): string {
  const { type = 'any', const: only, enum: values, items, oneOf, properties, ...bounds } = schema as Keywords;
  if (only !== undefined) return `\`${typeof only === 'string' ? only : JSON.stringify(only)}\``;
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (oneOf !== undefined) return 'one of several forms, see below';
  const names = Object.keys(properties ?? {});
  const of = type === 'array' && items !== undefined ? ` of ${allowedBy(items)}` : '';
  const keys = names.length > 0 ? ` (${names.map((name) => `\`${name}\``).join(', ')})` : '';
  const limits = [
    bounds.minimum === undefined ? '' : `at least ${String(bounds.minimum)}`,
    bounds.exclusiveMinimum === undefined ? '' : `above ${String(bounds.exclusiveMinimum)}`,
    bounds.maximum === undefined ? '' : `at most ${String(bounds.maximum)}`,
    bounds.exclusiveMaximum === undefined ? '' : `below ${String(bounds.exclusiveMaximum)}`,
    bounds.minItems === undefined ? '' : 'not empty',
  ].filter((limit) => limit !== '');
  return [`${type}${of}${keys}`, ...limits].join(', ');
}

/** The default as it would be written, or that the setting must be given, or nothing. */
export function defaultOf(schema: JsonSchema, required: boolean): string {
  const { default: fallback } = schema as { default?: unknown };
  if (required) return 'required';
  return fallback === undefined ? '' : `\`${JSON.stringify(fallback)}\``;
}

export function descriptionOf(schema: JsonSchema): string {
  const { description } = schema as { description?: string };
  return description ?? '';
}

/** The alternatives of a rule, by the constant of their `type`. */
export function alternatives(schema: JsonSchema): { type: string; schema: JsonSchema }[] {
  return forms(schema).map(({ value, schema }) => ({ type: value, schema }));
}

/** The forms that a setting may have, by the constant of the property that tells them apart; none where it has one form only. */
export function forms(schema: JsonSchema): { key: string; value: string; schema: JsonSchema }[] {
  const { oneOf = [], discriminator } = schema as {
    oneOf?: readonly { properties: Record<string, { const?: string }> }[];
    discriminator?: { propertyName: string };
  };
  const key = discriminator?.propertyName ?? 'type';
  return oneOf.map((form) => ({ key, value: form.properties[key]?.const ?? '', schema: { ...form } }));
}
