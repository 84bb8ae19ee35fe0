import type { CheckResult, Checks } from '../../contracts/data.ts';
import { assertNever } from '../../contracts/errors.ts';
import type { Evidence, Recommendation } from '../../contracts/governance.ts';
import { count, points } from '../format.ts';

/** A gain smaller than this, in quality points, is not worth a line. */
const WORTH_A_LINE = 0.05;

/** One recommendation a rule that is still broken, with what overall quality would gain if all its rows were mended. */
export function mendData({ checksBefore, checksAfter }: Evidence): Recommendation[] {
  const checks = checksAfter ?? checksBefore;
  const measured = Object.values(checks.dimensions).filter(({ score }) => score !== null).length;
  return checks.results.flatMap((result) => {
    const value = gainOf(result, checks, measured);
    if (value < WORTH_A_LINE) return [];
    return [
      {
        id: `mend-${result.id}`,
        title: `Mend “${result.id}” in ${count(result.failed)} rows`,
        action: actionFor(result),
        gain: {
          value,
          unit: 'quality points' as const,
          reason: `overall quality would rise by ${points(value)} if none of these rows broke the rule (${result.dimension})`,
        },
        effort: effortOf(result),
      },
    ];
  });
}

/** Overall quality is the mean over dimensions of conforming / evaluated items, so a rule's share of it follows. */
function gainOf(result: CheckResult, checks: Checks, measuredDimensions: number): number {
  const { evaluated } = checks.dimensions[result.dimension];
  return evaluated === 0 ? 0 : (100 * result.failed) / evaluated / measuredDimensions;
}

function actionFor({ type, columns, description }: CheckResult): string {
  const where = columns.length === 0 ? 'these rows' : columns.join(', ');
  switch (type) {
    case 'not-missing':
      return `Ask for ${where} where it is entered, or fill it by a declared rule; what stays unknown should be said to be unknown.`;
    case 'in-set':
      return `Map the unknown values of ${where} to known ones with a map-values rule, and offer a list where it is entered.`;
    case 'in-range':
    case 'length':
      return `Check ${where} against its limits where it is entered; set impossible values to missing with a clean rule.`;
    case 'matches':
      return `Normalise ${where}, and check its form where it is entered.`;
    case 'unique':
      return `Find where ${where} is entered or loaded twice, and set repeats aside with drop-duplicates.`;
    case 'functional-dependency':
      return `Decide one owner of the reference data behind ${where}, and correct the rows that contradict it.`;
    case 'expression':
      return `Look at the failed rows of ${where}, and correct what contradicts the rule: ${description}`;
    default:
      return assertNever(type);
  }
}

function effortOf({ type, failed }: CheckResult): Recommendation['effort'] {
  if (type === 'in-set' || type === 'unique') return 'small';
  if (type === 'not-missing') return 'large';
  return failed > 1000 ? 'large' : 'medium';
}
