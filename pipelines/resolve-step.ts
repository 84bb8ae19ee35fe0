import type { OutputReference } from '../contracts/plan.ts';
import type { Problem } from '../contracts/problem.ts';
import type { StepDescriptor, StepInput, StepOutput } from '../contracts/step.ts';
import { isStepKind, STEPS } from '../contracts/steps.ts';
import type { Path } from './document.ts';
import { parseTemplate, type Expression } from './expressions.ts';
import type { StepText } from './model.ts';
import { objectParts } from './schema.ts';
import { checkSettings } from './checks/settings.ts';
import type { Scope } from './scope.ts';
import { suggest } from './suggest.ts';
import { validate } from './validate.ts';

export interface ResolvedStep {
  config: Record<string, unknown>;
  inputs: Record<string, OutputReference>;
  problems: Problem[];
}

/** Splits a step's `with` into settings, with every expression replaced, and inputs; checks both against the kind. */
export function resolveStep(step: StepText, index: number, kind: StepDescriptor, scope: Scope): ResolvedStep {
  const problems: Problem[] = [];
  const inputs: Record<string, OutputReference> = {};
  const config: Record<string, unknown> = {};
  const at = ['steps', index, 'with'];
  for (const [name, value] of Object.entries(step.with ?? {})) {
    const input = kind.inputs[name];
    if (input !== undefined) {
      const reference = resolveInput(step, name, input, value, [...at, name], scope, problems);
      if (reference !== undefined) inputs[name] = reference;
    } else config[name] = resolveValue(value, [...at, name], scope, problems);
  }
  for (const [name, input] of Object.entries(kind.inputs))
    if (input.optional !== true && step.with?.[name] === undefined)
      problems.push(
        scope.document.problem('REQUIRED', step.with === undefined ? at.slice(0, 2) : at, { key: name }, { at: 'key' }),
      );

  const broken = problems.length > 0;
  for (const { path, code, facts, at: where, suggestion } of validate(kind.config, config)) {
    const full = [...at, ...path];
    const known = [...Object.keys(objectParts(kind.config).properties), ...Object.keys(kind.inputs)];
    const guess = code === 'UNKNOWN_KEY' && path.length === 1 ? suggest(String(path[0]), known) : suggestion;
    const options = { at: where, suggestion: guess };
    if (code === 'SCHEMA' && path.length > 0)
      problems.push(
        scope.document.problem(
          'SETTING',
          full,
          { setting: path.join('.'), step: step.id, what: String(facts['what']) },
          options,
        ),
      );
    else problems.push(scope.document.problem(code, full, facts, options));
  }
  if (!broken && problems.length === 0) problems.push(...checkSettings(step, at, config, scope));
  return { config, inputs, problems };
}

function resolveInput(
  step: StepText,
  name: string,
  input: StepInput,
  value: unknown,
  path: Path,
  scope: Scope,
  problems: Problem[],
): OutputReference | undefined {
  const { document } = scope;
  const template = typeof value === 'string' ? parseTemplate(value) : undefined;
  const expression = template?.kind === 'whole' ? template.expression : undefined;
  if (expression?.kind !== 'output') {
    problems.push(document.problem('INPUT_VALUE', path, { input: name }));
    return undefined;
  }
  const producer = scope.steps.get(expression.step);
  if (producer === undefined) {
    const suggestion = suggest(expression.step, [...scope.steps.keys()]);
    problems.push(document.problem('UNKNOWN_NEED', path, { step: step.id, need: expression.step }, { suggestion }));
    return undefined;
  }
  if (step.needs?.includes(expression.step) !== true)
    problems.push(document.problem('MISSING_NEED', path, { step: step.id, need: expression.step }));
  if (!isStepKind(producer.uses)) return undefined;
  const outputs: Record<string, StepOutput> = STEPS[producer.uses].outputs;
  const output = outputs[expression.output];
  if (output === undefined) {
    const known = Object.keys(outputs);
    const facts = { step: producer.id, kind: producer.uses, output: expression.output, known };
    problems.push(document.problem('UNKNOWN_OUTPUT', path, facts, { suggestion: suggest(expression.output, known) }));
    return undefined;
  }
  scope.usedOutputs.add(`${expression.step}.${expression.output}`);
  const facts = { input: name, step: producer.id, output: expression.output };
  if (output.type !== input.type) {
    const fitting = Object.keys(outputs).find((other) => outputs[other]?.type === input.type);
    const suggestion = fitting === undefined ? undefined : `did you mean "${producer.id}.${fitting}"?`;
    problems.push(
      document.problem('OUTPUT_TYPE', path, { ...facts, wanted: input.type, given: output.type }, { suggestion }),
    );
  } else if (output.optional === true && input.optional !== true)
    problems.push(document.problem('OPTIONAL_OUTPUT', path, facts));
  return { step: expression.step, output: expression.output, optional: output.optional === true };
}

/** The value with its expressions replaced, at any depth. */
function resolveValue(value: unknown, path: Path, scope: Scope, problems: Problem[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => resolveValue(item, [...path, index], scope, problems));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, resolveValue(inner, [...path, key], scope, problems)]),
    );
  if (typeof value !== 'string') return value;
  const template = parseTemplate(value);
  if (template === undefined) return value;
  const read = (expression: Expression | undefined, source: string): unknown => {
    if (expression?.kind !== 'parameter') {
      problems.push(scope.document.problem('EXPRESSION', path, { expression: source }));
      return undefined;
    }
    const { name } = expression;
    scope.usedParameters.add(name);
    if (Object.hasOwn(scope.parameters, name)) return structuredClone(scope.parameters[name]);
    const suggestion = suggest(name, Object.keys(scope.parameters));
    problems.push(scope.document.problem('UNKNOWN_PARAMETER', path, { name }, { suggestion }));
    return undefined;
  };
  if (template.kind === 'whole') return read(template.expression, template.source);
  return template.parts
    .map((part) => (typeof part === 'string' ? part : String(read(part.expression, part.source))))
    .join('');
}
