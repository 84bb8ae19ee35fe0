import type { Evidence, Finding } from '../../contracts/governance.ts';
import { findInData } from './data.ts';
import { findInLabels } from './labels.ts';
import { findInModel } from './model.ts';
import { findInPersonalData } from './personal-data.ts';

const ORDER = ['high', 'medium', 'low', 'good'] as const satisfies readonly Finding['severity'][];

/** Every finding of the run, the most severe first. */
export function findAll(evidence: Evidence): Finding[] {
  return [
    ...findInModel(evidence),
    ...findInData(evidence),
    ...findInLabels(evidence),
    ...findInPersonalData(evidence),
  ].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}
