import type { Problem } from '../../contracts/problem.ts';
import { isStepKind, STEPS } from '../../contracts/steps.ts';
import type { StepOutput } from '../../contracts/step.ts';
import type { SourceDocument } from '../document.ts';
import type { PipelineText } from '../model.ts';
import type { Scope } from '../scope.ts';
import { suggest } from '../suggest.ts';

/** Step ids are unique, and every kind is known. */
export function checkSteps({ steps }: PipelineText, document: SourceDocument): Problem[] {
  const seen = new Set<string>();
  return steps.flatMap(({ id, uses, queue }, index) => {
    const problems: Problem[] = [];
    if (seen.has(id)) problems.push(document.problem('DUPLICATE_STEP', ['steps', index, 'id'], { id }));
    seen.add(id);
    if (!isStepKind(uses)) {
      const known = Object.keys(STEPS);
      problems.push(
        document.problem(
          'UNKNOWN_STEP_KIND',
          ['steps', index, 'uses'],
          { kind: uses, known },
          { suggestion: suggest(uses, known) },
        ),
      );
    } else if (STEPS[uses].tensors && queue === 'cpu')
      problems.push(document.problem('QUEUE', ['steps', index, 'queue'], { step: id, queue }));
    return problems;
  });
}

/** Every need names a step. */
export function checkNeeds({ steps }: PipelineText, document: SourceDocument): Problem[] {
  const ids = steps.map(({ id }) => id);
  return steps.flatMap(({ id: step, needs = [] }, index) =>
    needs.flatMap((need, position) =>
      ids.includes(need)
        ? []
        : [
            document.problem(
              'UNKNOWN_NEED',
              ['steps', index, 'needs', position],
              { step, need },
              { suggestion: suggest(need, ids) },
            ),
          ],
    ),
  );
}

/** No step waits for itself; each circle is told once, with its whole path, at the need that closes it. */
export function checkCycles({ steps }: PipelineText, document: SourceDocument): Problem[] {
  const byId = new Map(steps.map((step, index) => [step.id, { needs: step.needs ?? [], index }]));
  const state = new Map<string, 'open' | 'closed'>();
  const problems: Problem[] = [];
  for (const root of byId.keys()) {
    // An explicit stack: a chain of thousands of steps must not overflow the call stack.
    const stack: { id: string; next: number }[] = state.has(root) ? [] : [{ id: root, next: 0 }];
    if (stack.length > 0) state.set(root, 'open');
    while (stack.length > 0) {
      const top = stack.at(-1);
      const step = top === undefined ? undefined : byId.get(top.id);
      const need = top === undefined ? undefined : step?.needs[top.next];
      if (top === undefined || step === undefined) break;
      if (need === undefined) {
        state.set(top.id, 'closed');
        stack.pop();
        continue;
      }
      top.next += 1;
      if (state.get(need) === 'open') {
        const ids = stack.map(({ id }) => id);
        const path = [...ids.slice(ids.indexOf(need)), need].reverse().join(' → ');
        problems.push(document.problem('CYCLE', ['steps', step.index, 'needs', top.next - 1], { path }));
      } else if (!state.has(need) && byId.has(need)) {
        state.set(need, 'open');
        stack.push({ id: need, next: 0 });
      }
    }
  }
  return problems;
}

/** What is declared or made and never read, as warnings. */
export function checkUnused({ steps, parameters = {} }: PipelineText, scope: Scope): Problem[] {
  const { document, usedOutputs, usedParameters } = scope;
  const severity = 'warning';
  const outputs = steps.flatMap(({ id: step, uses }, index) => {
    const made: [string, StepOutput][] = isStepKind(uses) ? Object.entries<StepOutput>(STEPS[uses].outputs) : [];
    return made
      .filter(([name, { final }]) => final !== true && !usedOutputs.has(`${step}.${name}`))
      .map(([output]) => document.problem('UNUSED_OUTPUT', ['steps', index, 'id'], { output, step }, { severity }));
  });
  const names = Object.keys(parameters).filter((name) => !usedParameters.has(name));
  return [
    ...outputs,
    ...names.map((name) =>
      document.problem('UNUSED_PARAMETER', ['parameters', name], { name }, { severity, at: 'key' }),
    ),
  ];
}
