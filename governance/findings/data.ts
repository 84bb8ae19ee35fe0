import type { CheckResult, Checks } from '../../contracts/data.ts';
import type { Evidence, Finding } from '../../contracts/governance.ts';
import { count, counted, percent, points } from '../format.ts';
import { overallQuality, qualityByDimension } from '../quality/scores.ts';

/** Broken rules of each kind that the report names one by one; the table beside has them all. */
const NAMED_RULES = 6;

/** A share of broken rows from which a finding is no longer small. */
const NOTABLE_SHARE = 0.01;
const SEVERE_SHARE = 0.05;

export function findInData(evidence: Evidence): Finding[] {
  return [
    ...brokenRules(evidence.checksBefore, evidence.checksAfter),
    ...improvement(evidence),
    ...drift(evidence),
    ...quarantine(evidence),
  ];
}

function brokenRules(before: Checks, after: Checks | undefined): Finding[] {
  return (after ?? before).results
    .filter(({ failed }) => failed > 0)
    .sort((a, b) => share(b) - share(a))
    .slice(0, NAMED_RULES)
    .map((result) => {
      const first = before.results.find(({ id }) => id === result.id) ?? result;
      return {
        id: `rule-${result.id}`,
        severity: severityOf(result),
        title: `${counted(result.failed, 'row')} ${result.failed === 1 ? 'breaks' : 'break'} “${result.id}”`,
        detail:
          `${result.description} ${percent(share(result))} of the ${count(result.evaluated)} rows looked at ` +
          (after === undefined
            ? 'break this rule.'
            : `still break this rule after cleaning; before, ${count(first.failed)} did.`),
        evidence: [after === undefined ? 'checksBefore' : 'checksAfter', result.id],
      };
    });
}

function severityOf(result: CheckResult): Finding['severity'] {
  if (result.severity === 'warning') return share(result) >= SEVERE_SHARE ? 'medium' : 'low';
  if (share(result) >= SEVERE_SHARE) return 'high';
  return share(result) >= NOTABLE_SHARE ? 'medium' : 'low';
}

function improvement({ checksBefore, checksAfter, cleaning }: Evidence): Finding[] {
  const { before, after } = overallQuality(qualityByDimension(checksBefore, checksAfter));
  if (before === null || after === null || cleaning === undefined) return [];
  const better = after > before;
  const same = Math.abs(after - before) < 0.05;
  const did = `${counted(cleaning.cellsChanged, 'cell')} changed, ${counted(cleaning.rowsQuarantined, 'row')} set aside; every change stands in the audit table.`;
  const detail = `Overall quality went from ${points(before)} to ${points(after)} of 100: ${did}`;
  return [
    {
      id: 'cleaning-effect',
      severity: same ? 'low' : better ? 'good' : 'high',
      title: same ? 'Cleaning left quality as it was' : better ? 'Cleaning raised quality' : 'Cleaning lowered quality',
      detail,
      evidence: ['checksBefore', 'checksAfter', 'cleaning'],
    },
  ];
}

function drift({ metadata }: Evidence): Finding[] {
  const { missing, undeclared } = metadata.schemaDrift;
  if (missing.length === 0 && undeclared.length === 0) return [];
  const parts = [
    ...(missing.length === 0 ? [] : [`declared but not in the source: ${missing.join(', ')}`]),
    ...(undeclared.length === 0 ? [] : [`in the source but not declared: ${undeclared.join(', ')}`]),
  ];
  return [
    {
      id: 'schema-drift',
      severity: missing.length > 0 ? 'medium' : 'low',
      title: 'The source and its declaration differ',
      detail: `Columns ${parts.join('; ')}.`,
      evidence: ['metadata'],
    },
  ];
}

function quarantine({ cleaning }: Evidence): Finding[] {
  if (cleaning === undefined || cleaning.rowsIn === 0) return [];
  const aside = cleaning.rowsQuarantined / cleaning.rowsIn;
  if (aside < SEVERE_SHARE) return [];
  return [
    {
      id: 'quarantine-size',
      severity: 'medium',
      title: `${percent(aside)} of all rows were set aside`,
      detail: `${counted(cleaning.rowsQuarantined, 'row')} of ${count(cleaning.rowsIn)} went to quarantine; look whether a rule is too strict.`,
      evidence: ['cleaning', 'quarantine'],
    },
  ];
}

function share({ failed, evaluated }: CheckResult): number {
  return evaluated === 0 ? 0 : failed / evaluated;
}
