import type { Capability, CapabilityItem, Evidence } from '../../contracts/governance.ts';
import type { Clause } from './clause.ts';
import { CLAUSES } from './clauses.ts';
import { EDITION_2018, type Item2018 } from './edition-2018.ts';
import { MEASURABLE_LEVEL, RULE } from './rule.ts';

/** A self-assessment along DCMM (GB/T 36073-2018) from what one run shows; see `rule` in the answer. */
export function assessCapability(evidence: Evidence): Capability {
  const items = EDITION_2018.flatMap((area) =>
    area.items.map(([item, itemZh]) => ({
      area: area.name,
      areaZh: area.nameZh,
      item,
      itemZh,
      ...judge(item, evidence),
    })),
  );
  const areas = EDITION_2018.map(({ name, nameZh }) => {
    const own = items.filter(({ area }) => area === name);
    const levels = own.map(({ level }) => level).filter((level) => level !== null);
    const level = levels.length === 0 ? null : levels.reduce((sum, each) => sum + each, 0) / levels.length;
    return { name, nameZh, level, measured: levels.length, items: own.length };
  });
  return { edition: '2018', rule: RULE, areas, items };
}

function judge(item: Item2018, evidence: Evidence): Pick<CapabilityItem, 'level' | 'evidence' | 'next'> {
  const clauses = (CLAUSES[item] ?? []).map((clause) => ({ clause, met: clause.met(evidence) }));
  const known = clauses.filter(({ met }) => met !== null);
  if (known.length === 0) return { level: null, evidence: [], next: forMeasuring(clauses.map(({ clause }) => clause)) };
  const met = clauses.filter((each) => each.met === true);
  const open = clauses.filter((each) => each.met !== true).map(({ clause }) => clause.todo);
  return {
    level: open.length === 0 ? MEASURABLE_LEVEL : 1,
    evidence: met.map(({ clause }) => `${clause.shown} (${clause.evidence.join(', ')})`),
    next:
      open.length > 0
        ? open.join(' ')
        : 'Level 3 asks for the same practice, as a written standard, across the organisation.',
  };
}

function forMeasuring(clauses: readonly Clause[]): string {
  if (clauses.length > 0) return clauses.map(({ todo }) => todo).join(' ');
  return 'A question of organisation and policy: a run of a pipeline holds no evidence of it.';
}
