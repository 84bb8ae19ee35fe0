import type { JsonSchema } from '../contracts/json-schema.ts';
import type { StepDescriptor } from '../contracts/step.ts';
import { STEPS } from '../contracts/steps.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const NAME = { type: 'string', pattern: '^[a-z][a-z0-9-]*$', maxLength: 60 };
const DURATION = { type: 'string', pattern: '^[0-9]+(ms|s|m|h|d)$', description: 'For example 500ms, 30s, 10m, 2h.' };
const EXPRESSION = {
  type: 'string',
  pattern: '^\\s*\\$\\{\\{.*\\}\\}\\s*$',
  description: 'An expression, ${{ parameters.NAME }} or ${{ steps.ID.OUTPUT }}.',
};
const TYPES = ['string', 'integer', 'number', 'boolean', 'array', 'object'];

/** What every pipeline looks like, whatever its steps do: the shape that is checked first. */
export const PIPELINE_SHAPE: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'version', 'description', 'steps'],
  properties: {
    name: NAME,
    version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$', description: 'Semantic version of the pipeline.' },
    description: { type: 'string', minLength: 1 },
    onFailure: { enum: ['cancel', 'hold'], default: 'cancel' },
    parameters: {
      type: 'object',
      propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_]*$' },
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['type'],
        properties: {
          type: { enum: TYPES },
          description: { type: 'string' },
          default: {},
          enum: { type: 'array', minItems: 1 },
          minimum: { type: 'number' },
          maximum: { type: 'number' },
          minLength: { type: 'integer', minimum: 0 },
          maxLength: { type: 'integer', minimum: 0 },
          pattern: { type: 'string' },
          items: { type: 'object' },
          minItems: { type: 'integer', minimum: 0 },
          maxItems: { type: 'integer', minimum: 0 },
          properties: { type: 'object' },
          required: { type: 'array', items: { type: 'string' } },
          additionalProperties: { type: 'boolean' },
        },
      },
    },
    steps: { type: 'array', minItems: 1, maxItems: 2000, items: stepSchema({}) },
  },
};

function stepSchema(settings: JsonSchema): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['id', 'uses'],
    properties: {
      id: NAME,
      uses: { type: 'string' },
      needs: { type: 'array', items: { type: 'string' }, uniqueItems: true },
      with: { type: 'object', ...settings },
      retry: {
        type: 'object',
        additionalProperties: false,
        properties: {
          attempts: { type: 'integer', minimum: 1, maximum: 100, description: 'The first included.' },
          initial: DURATION,
          backoff: { type: 'number', minimum: 1 },
          maximum: DURATION,
        },
      },
      timeout: {
        oneOf: [
          DURATION,
          { type: 'object', additionalProperties: false, properties: { startToClose: DURATION, heartbeat: DURATION } },
        ],
      },
      queue: { enum: ['cpu', 'gpu'] },
      cache: { type: 'boolean', description: 'false: compute even when the result is known.' },
    },
  };
}

/** The settings and inputs of a step kind, with an expression allowed wherever a value is. */
export function stepKindSchema({ kind, title, description, config, inputs }: StepDescriptor): JsonSchema {
  const { properties, required } = objectParts(config);
  const ports = Object.entries(inputs);
  return {
    $schema: DRAFT,
    $id: `${kind}.schema.json`,
    title,
    description,
    type: 'object',
    additionalProperties: false,
    required: [...required, ...ports.filter(([, input]) => input.optional !== true).map(([name]) => name)],
    properties: {
      ...Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, orExpression(schema)])),
      ...Object.fromEntries(
        ports.map(([name, input]) => [
          name,
          { ...EXPRESSION, description: `${input.description} Takes ${input.type}.` },
        ]),
      ),
    },
  };
}

/** The whole language, for editors. */
export function pipelineSchema(): JsonSchema {
  const kinds = Object.keys(STEPS);
  const step = objectParts(stepSchema({}));
  return {
    $schema: DRAFT,
    $id: 'pipeline.schema.json',
    title: 'Assay pipeline',
    ...PIPELINE_SHAPE,
    properties: {
      ...objectParts(PIPELINE_SHAPE).properties,
      steps: {
        type: 'array',
        minItems: 1,
        maxItems: 2000,
        items: {
          ...stepSchema({}),
          properties: { ...step.properties, uses: { enum: kinds } },
          allOf: kinds.map((kind) => ({
            if: { properties: { uses: { const: kind } } },
            then: { properties: { with: { $ref: `steps/${kind}.schema.json` } } },
          })),
        },
      },
    },
  };
}

/** The catalogue of data sets. */
export const CATALOGUE_SCHEMA: JsonSchema = {
  $schema: DRAFT,
  $id: 'datasets.schema.json',
  title: 'Assay data sets',
  type: 'object',
  additionalProperties: false,
  required: ['datasets'],
  properties: {
    datasets: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'description', 'licence', 'format', 'path', 'columns'],
        properties: {
          name: { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' },
          description: { type: 'string' },
          licence: { type: 'string' },
          owner: { type: 'string' },
          format: { enum: ['csv', 'tsv', 'jsonl', 'parquet'] },
          path: { type: 'string', minLength: 1 },
          encoding: { type: 'string' },
          delimiter: { type: 'string', minLength: 1, maxLength: 1 },
          sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
          addresses: {
            type: 'array',
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['url'],
              properties: { url: { type: 'string', pattern: '^https://' }, member: { type: 'string' } },
            },
          },
          files: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['path', 'part'],
              properties: {
                path: { type: 'string' },
                part: { type: 'string' },
                sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
              },
            },
          },
          fallback: { enum: ['generated-shop'] },
          columns: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['name', 'type'],
              properties: {
                name: { type: 'string', minLength: 1 },
                type: { enum: ['integer', 'number', 'text', 'boolean', 'date', 'timestamp'] },
                description: { type: 'string' },
                sourceName: { type: 'string' },
              },
            },
          },
        },
      },
    },
  },
};

interface ObjectParts {
  properties: Record<string, JsonSchema>;
  required: string[];
}

/** The parts of an object schema that are walked. */
export function objectParts(schema: JsonSchema): ObjectParts {
  const { properties, required } = schema as { properties?: Record<string, JsonSchema>; required?: string[] };
  return { properties: properties ?? {}, required: required ?? [] };
}

/** The schema, or an expression in its place, at every level. */
function orExpression(schema: JsonSchema): JsonSchema {
  const { properties } = objectParts(schema);
  const deeper =
    Object.keys(properties).length === 0
      ? schema
      : {
          ...schema,
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, inner]) => [name, orExpression(inner)]),
          ),
        };
  return { anyOf: [EXPRESSION, deeper] };
}

/** File name → schema, as they stand in `pipelines/schema/`. */
export function publishedSchemas(): Record<string, JsonSchema> {
  const kinds = Object.values(STEPS).map((kind) => [`steps/${kind.kind}.schema.json`, stepKindSchema(kind)] as const);
  return {
    'pipeline.schema.json': pipelineSchema(),
    'datasets.schema.json': CATALOGUE_SCHEMA,
    ...Object.fromEntries(kinds),
  };
}
