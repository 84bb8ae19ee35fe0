import type { Evidence, Finding } from '../../contracts/governance.ts';
import { count, counted } from '../format.ts';

export function findInPersonalData({ masking }: Evidence): Finding[] {
  if (masking === undefined) return [];
  const found = masking.counts.reduce((sum, { count: times }) => sum + times, 0);
  const kinds = [...new Set(masking.counts.filter(({ count: times }) => times > 0).map(({ type }) => type))];
  return [
    found === 0
      ? {
          id: 'personal-data',
          severity: 'good',
          title: 'No personal data was found in the text',
          detail: `${counted(masking.rows, 'row')} of ${masking.columns.join(', ')} were searched for addresses, telephone, card and identity numbers.`,
          evidence: ['masking'],
        }
      : {
          id: 'personal-data',
          severity: 'medium',
          title: `${counted(found, 'piece')} of personal data stood in the text`,
          detail: `${kinds.join(', ')} in ${counted(masking.rowsMasked, 'row')} of ${count(masking.rows)}; all were replaced before anything trained on them.`,
          evidence: ['masking', 'masks'],
        },
  ];
}
