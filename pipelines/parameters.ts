import { closest } from '../contracts/closest.ts';
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
    for (const { facts } of validate(schema, value)) {
      const what = typeof facts['what'] === 'string' ? facts['what'] : `wrong at ${Object.values(facts).join(', ')}`;
      problems.push(document.problem('PARAMETER_TYPE', ['parameters', name], { name, what }));
    }
  }
  return { values, problems };
}
