import { closest } from '../contracts/closest.ts';
import type { JsonSchema } from '../contracts/json-schema.ts';
import type { Problem } from '../contracts/problem.ts';
import type { SourceDocument } from './document.ts';
import type { PipelineText } from './model.ts';
import { validate } from './validate.ts';

/** The value of every declared parameter: what the user gave, else the default; and what is wrong with them. */
export function resolveParameters(
  { parameters: declared = {} }: PipelineText,
  given: Record<string, unknown>,
  document: SourceDocument,
): { values: Record<string, unknown>; problems: Problem[] } {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(declared, name)) continue;
    const nearest = closest(name, Object.keys(declared));
    const suggestion =
      nearest === undefined ? `declared: ${Object.keys(declared).join(', ')}` : `did you mean "${nearest}"?`;
    problems.push(document.problem('UNKNOWN_PARAMETER', ['parameters'], { name }, { at: 'key', suggestion }));
  }
  for (const [name, { default: fallback, ...schema }] of Object.entries(declared)) {
    const value = structuredClone(Object.hasOwn(given, name) ? given[name] : fallback);
    if (value === undefined) {
      problems.push(document.problem('PARAMETER_REQUIRED', ['parameters', name], { name }, { at: 'key' }));
      continue;
    }
    values[name] = value;
    for (const what of breaches(schema, value))
      problems.push(document.problem('PARAMETER_TYPE', ['parameters', name], { name, what }));
  }
  return { values, problems };
}

/** What the value breaks; or what is wrong with the declaration itself. */
function breaches(schema: JsonSchema, value: unknown): string[] {
  try {
    return validate(schema, value).map(({ facts }) =>
      typeof facts['what'] === 'string' ? facts['what'] : `wrong at ${Object.values(facts).join(', ')}`,
    );
  } catch (error) {
    return [`its declaration cannot be used: ${error instanceof Error ? error.message : String(error)}`];
  }
}
