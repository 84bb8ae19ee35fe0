/** The part of JSON Schema (2020-12) that our schemas use; ajv is the judge of it. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}
