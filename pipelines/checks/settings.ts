import type { Facts } from '../../contracts/errors.ts';
import type { Problem } from '../../contracts/problem.ts';
import type { TextClassificationTask } from '../../contracts/task.ts';
import type { Path } from '../document.ts';
import type { StepText } from '../model.ts';
import type { Scope } from '../scope.ts';
import { suggest } from '../suggest.ts';

/** What a schema cannot say of one step's settings. `config` has passed its schema. */
export function checkSettings(step: StepText, at: Path, config: Record<string, unknown>, scope: Scope): Problem[] {
  const problems: Problem[] = [];
  const wrong = (setting: string, what: string): void => {
    problems.push(
      scope.document.problem('SETTING', [...at, setting], { setting, step: step.id, what } satisfies Facts),
    );
  };
  const { task, fractions, rules, dataset, model, baseModel } = config as {
    task?: TextClassificationTask;
    fractions?: Record<string, number>;
    rules?: { id: string }[];
    dataset?: string;
    model?: string;
    baseModel?: string;
  };
  if (task !== undefined) {
    const names = task.classes.map(({ name }) => name);
    if (!names.includes(task.positive))
      wrong('task', `the positive class "${task.positive}" is not one of ${names.join(', ')}`);
    if (new Set(names).size < names.length) wrong('task', 'two classes have the same name');
    if (new Set(task.classes.map(({ value }) => value)).size < names.length)
      wrong('task', 'two classes have the same value');
    if (task.text.includes(task.label))
      wrong('task', `the label "${task.label}" is among the text columns: it would give itself away`);
  }
  if (fractions !== undefined) {
    const sum = Object.values(fractions).reduce((total, share) => total + share, 0);
    if (Math.abs(sum - 1) > 1e-9) wrong('fractions', `the shares add up to ${String(Number(sum.toFixed(6)))}, not 1`);
  }
  if (rules !== undefined) {
    const ids = rules.map(({ id }) => id);
    for (const id of new Set(ids.filter((other, index) => ids.indexOf(other) !== index)))
      wrong('rules', `two rules have the id "${id}"`);
  }
  const named = [
    ['UNKNOWN_DATASET', 'dataset', dataset, scope.datasets],
    ['UNKNOWN_MODEL', 'model', model, scope.models],
    ['UNKNOWN_MODEL', 'baseModel', baseModel, scope.models],
  ] as const;
  for (const [code, setting, name, known] of named)
    if (name !== undefined && known !== undefined && !known.includes(name))
      problems.push(
        scope.document.problem(code, [...at, setting], { name, known }, { suggestion: suggest(name, known) }),
      );
  return problems;
}
