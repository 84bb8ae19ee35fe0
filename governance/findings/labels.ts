import type { SplitSummary } from '../../contracts/data.ts';
import type { Evidence, Finding } from '../../contracts/governance.ts';
import { counted, percent } from '../format.ts';

/** Share of the rarest class under which a classifier that never says it still looks good by accuracy. */
const RARE_CLASS_SHARE = 0.2;

export function findInLabels({ split, evaluation }: Evidence): Finding[] {
  const findings: Finding[] = [];
  const rarest = split === undefined ? null : rarestClass(split);
  if (rarest !== null && rarest.share < RARE_CLASS_SHARE) {
    findings.push({
      id: 'class-imbalance',
      severity: 'medium',
      title: `Only ${percent(rarest.share)} of the training rows are “${rarest.name}”`,
      detail:
        'Accuracy flatters on such data; macro-F1, which weighs each class the same, is what this report compares by.',
      evidence: ['split'],
    });
  }
  if (split !== undefined && split.duplicateGroups > 0) {
    findings.push({
      id: 'no-leak-by-duplicates',
      severity: 'good',
      title: 'Equal texts never stand in two parts',
      detail: `${counted(split.duplicateGroups, 'group')} of rows with the same text were kept together, so the test rows are new to the model.`,
      evidence: ['split'],
    });
  }
  const suspects = evaluation?.suspectLabels ?? [];
  if (evaluation !== undefined && suspects.length > 0) {
    const share = suspects.length / evaluation.testRows;
    findings.push({
      id: 'suspect-labels',
      severity: share >= 0.02 ? 'medium' : 'low',
      title: `${counted(suspects.length, 'label')} of the test rows look wrong`,
      detail:
        'The fine-tuned model is sure of another class than the label says. Either the label is wrong or the text is one the model cannot read; ' +
        'a person should look. Labels of the test part were not changed.',
      evidence: ['evaluation', 'predictions'],
    });
  }
  return findings;
}

function rarestClass(split: SplitSummary): { name: string; share: number } | null {
  const train = Object.entries(split.counts['train'] ?? {});
  const all = train.reduce((sum, [, rows]) => sum + rows, 0);
  if (all === 0) return null;
  return train.map(([name, rows]) => ({ name, share: rows / all })).reduce((a, b) => (b.share < a.share ? b : a));
}
