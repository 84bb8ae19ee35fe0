import type { Plan } from '../contracts/plan.ts';
import type { Problem } from '../contracts/problem.ts';
import { isStepKind, STEPS } from '../contracts/steps.ts';
import { checkCycles, checkNeeds, checkSteps, checkUnused } from './checks/graph.ts';
import { parseDocument, type Source } from './document.ts';
import type { PipelineText } from './model.ts';
import { resolveParameters } from './parameters.ts';
import { buildPlan, planStep } from './plan.ts';
import { resolveStep } from './resolve-step.ts';
import type { Scope } from './scope.ts';
import { PIPELINE_SHAPE } from './schema.ts';
import { validate } from './validate.ts';

export interface CompileInput extends Source {
  parameters: Record<string, unknown>;
  /** Known names; undefined leaves that check out. */
  datasets?: readonly string[] | undefined;
  models?: readonly string[] | undefined;
}

export interface Compiled {
  /** Undefined when a problem is an error. */
  plan: Plan | undefined;
  /** In the order of the text. */
  problems: Problem[];
}

/** YAML → shape → named checks → frozen plan. Pure; never throws for what a user wrote: all problems come in one go. */
export function compilePipeline({ text, file, parameters, datasets, models }: CompileInput): Compiled {
  const parsed = parseDocument({ text, file });
  if ('problems' in parsed) return { plan: undefined, problems: parsed.problems };
  const { document } = parsed;
  const breaches = validate(PIPELINE_SHAPE, document.value);
  if (breaches.length > 0) {
    const problems = breaches.map(({ code, path, facts, at, suggestion }) =>
      document.problem(code, path, facts, { at, suggestion }),
    );
    return { plan: undefined, problems: inOrder(problems) };
  }

  const pipeline = document.value as PipelineText;
  const given = resolveParameters(pipeline, parameters, document);
  const scope: Scope = {
    document,
    parameters: {
      ...Object.fromEntries(Object.keys(pipeline.parameters ?? {}).map((name) => [name, undefined])),
      ...given.values,
    },
    steps: new Map(pipeline.steps.map((step) => [step.id, step])),
    datasets,
    models,
    usedParameters: new Set(),
    usedOutputs: new Set(),
  };
  const problems = [
    ...given.problems,
    ...checkSteps(pipeline, document),
    ...checkNeeds(pipeline, document),
    ...checkCycles(pipeline, document),
  ];
  const steps = pipeline.steps.flatMap((step, index) => {
    if (!isStepKind(step.uses)) return [];
    const kind = STEPS[step.uses];
    const resolved = resolveStep(step, index, kind, scope);
    problems.push(...resolved.problems);
    return [planStep(step, kind, resolved)];
  });
  problems.push(...checkUnused(pipeline, scope));
  const broken = problems.some(({ severity }) => severity === 'error');
  return { plan: broken ? undefined : buildPlan(pipeline, given.values, steps), problems: inOrder(problems) };
}

function inOrder(problems: Problem[]): Problem[] {
  return problems.sort((a, b) => a.line - b.line || a.column - b.column);
}
