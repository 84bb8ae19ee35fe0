import type { Comparison, Evaluation, Training } from '../../contracts/training.ts';
import type { Evidence, Finding } from '../../contracts/governance.ts';
import { counted, difference, metric, percent, pValue } from '../format.ts';
import { CONTENDER_NAMES } from '../contender-names.ts';

/** Two-sided level of a paired comparison. */
const SIGNIFICANT = 0.05;

/** Expected calibration error from which a probability should not be taken at its word. */
const POOR_CALIBRATION = 0.05;

/** Share of texts cut at the length limit from which it costs information worth a look. */
const MANY_CUT = 0.05;

export function findInModel({ evaluation, training }: Evidence): Finding[] {
  return [
    ...(evaluation === undefined ? [] : [...gains(evaluation), ...cheaper(evaluation), ...calibration(evaluation)]),
    ...(training === undefined ? [] : course(training)),
  ];
}

function gains({ comparisons, scores }: Evaluation): Finding[] {
  const before = comparisons.find((comparison) => comparison.before === 'frozen');
  if (before === undefined) return [];
  const sure = isSure(before);
  const better = before.macroF1Difference > 0;
  return [
    {
      id: 'fine-tuning-effect',
      severity: !better ? 'high' : sure ? 'good' : 'medium',
      title: !better
        ? 'Fine-tuning did not help'
        : sure
          ? `Fine-tuning raised macro-F1 by ${metric(before.macroF1Difference)}`
          : 'The gain of fine-tuning may be chance',
      detail:
        `Macro-F1 on the same test rows: ${metric(scores.frozen.macroF1)} with the encoder frozen, ${metric(scores.finetuned.macroF1)} fine-tuned ` +
        `(${difference(before.macroF1Difference)}, 95% interval ${difference(before.interval[0])} to ${difference(before.interval[1])}; ` +
        `McNemar's exact test p ${pValue(before.mcnemarP)}).`,
      evidence: ['evaluation'],
    },
  ];
}

/** A language model has to earn its cost against what runs without one. */
function cheaper({ comparisons, scores }: Evaluation): Finding[] {
  return comparisons.flatMap((comparison): Finding[] => {
    if (comparison.before !== 'majority' && comparison.before !== 'tfidf') return [];
    if (comparison.macroF1Difference > 0 && isSure(comparison)) return [];
    const name = CONTENDER_NAMES[comparison.before];
    return [
      {
        id: `not-above-${comparison.before}`,
        severity: comparison.macroF1Difference <= 0 ? 'high' : 'medium',
        title: `The fine-tuned model is not clearly above ${name}`,
        detail: `Macro-F1 ${metric(scores.finetuned.macroF1)} against ${metric(scores[comparison.before].macroF1)}; the simpler model costs almost nothing to run.`,
        evidence: ['evaluation'],
      },
    ];
  });
}

function calibration({ scores: { finetuned } }: Evaluation): Finding[] {
  const poor = finetuned.ece > POOR_CALIBRATION;
  return [
    {
      id: 'calibration',
      severity: poor ? 'medium' : 'good',
      title: poor ? 'The model is surer of itself than it should be' : 'The probabilities can be taken at their word',
      detail: `Expected calibration error ${metric(finetuned.ece)}: on average, confidence and accuracy lie ${percent(finetuned.ece)} apart.`,
      evidence: ['evaluation'],
    },
  ];
}

function course(training: Training): Finding[] {
  const findings: Finding[] = [];
  const { examples } = training;
  const cut = examples.truncated / Math.max(1, examples.train + examples.dev);
  if (cut >= MANY_CUT) {
    findings.push({
      id: 'texts-cut',
      severity: 'low',
      title: `${percent(cut)} of the texts were cut`,
      detail: `${counted(examples.truncated, 'text')} of the training and dev rows are longer than ${training.config.maxLength} tokens; what follows was not read.`,
      evidence: ['training'],
    });
  }
  const best = training.evaluations.find(({ best: isBest, step }) => isBest && step === training.bestStep);
  const last = training.evaluations.at(-1);
  if (best !== undefined && last !== undefined && last.loss > 1.25 * best.loss && last.step > best.step) {
    findings.push({
      id: 'overfitting',
      severity: 'low',
      title: 'The last passes over the data no longer helped',
      detail: `Loss on dev rose from ${metric(best.loss)} at step ${best.step} to ${metric(last.loss)} at step ${last.step}; the model of step ${training.bestStep} was kept.`,
      evidence: ['training'],
    });
  }
  return findings;
}

function isSure({ interval, mcnemarP }: Comparison): boolean {
  return mcnemarP < SIGNIFICANT && (interval[0] > 0 || interval[1] < 0);
}
