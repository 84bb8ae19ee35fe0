import type { ReportData } from '../../../contracts/governance.ts';
import { bytes, count, duration, metric } from '../../format.ts';
import { legend, lines, type Series } from '../charts/lines.ts';
import { html } from '../html.ts';
import type { Section } from '../page.ts';

const METRICS = { macroF1: 'macro-F1', loss: 'loss', auc: 'ROC-AUC' } as const;

/** Weight of the newest step in the smoothed loss curve. */
const SMOOTHING = 0.1;

export function training({ evidence: { training: done } }: ReportData): Section | null {
  if (done === undefined) return null;
  const { steps, evaluations, config, baseModel, device } = done;
  const raw = steps.map(({ step, loss }) => [step, loss] as const);
  const loss: Series[] = [
    { name: 'each step', tone: 'before', points: raw, faint: true },
    { name: 'training, smoothed', tone: 'before', points: smooth(raw) },
    { name: 'dev', tone: 'after', points: evaluations.map(({ step, loss: value }) => [step, value]), marks: true },
  ];
  const quality: Series[] = [
    { name: 'macro-F1', tone: 'after', points: evaluations.map(({ step, macroF1 }) => [step, macroF1]), marks: true },
    { name: 'ROC-AUC', tone: 'third', points: evaluations.map(({ step, auc }) => [step, auc]), marks: true },
  ];
  const marker = { x: done.bestStep, text: `kept: step ${done.bestStep}` };
  return {
    id: 'training',
    title: 'How it was trained',
    short: 'Training',
    body: html`
      <p>
        ${baseModel.name} (${baseModel.architecture}, ${count(baseModel.parameters)} parameters,
        ${count(baseModel.trainableParameters)} trained) on ${count(done.examples.train)} rows with ${device.library};
        ${duration(done.seconds)}, ${done.samplesPerSecond.toFixed(1)} samples a second, at most
        ${bytes(done.peakMemoryBytes)} of memory.
        ${done.resumedFromStep !== null && `It was resumed from step ${done.resumedFromStep}.`}
        ${done.stoppedEarly && 'It stopped early, as dev no longer improved.'}
      </p>
      <div class="side">
        <figure>
          ${legend(loss.slice(1))} ${lines({ series: loss, label: 'Loss by step', xTitle: 'step', marker })}
          <figcaption>Mean cross-entropy, in nats.</figcaption>
        </figure>
        <figure>
          ${legend(quality)}
          ${lines({ series: quality, label: 'Quality on dev by step', xTitle: 'step', yDomain: [0.4, 1], marker })}
          <figcaption>
            On ${count(done.examples.dev)} dev rows; the model is the one with the best ${METRICS[config.devMetric]}
            ${best(done.evaluations, done.bestStep)}.
          </figcaption>
        </figure>
      </div>
      <details>
        <summary>Settings</summary>
        <dl>
          ${Object.entries(config)
            .filter(([, value]) => typeof value !== 'object')
            .map(
              ([name, value]) =>
                html`<dt>${name}</dt>
                  <dd>${String(value)}</dd>`,
            )}
          <dt>text</dt>
          <dd>${config.task.text.join(', ')}</dd>
          <dt>label</dt>
          <dd>${config.task.label}</dd>
        </dl>
      </details>
    `,
  };
}

function best(evaluations: readonly { step: number; macroF1: number }[], step: number): string {
  const kept = evaluations.find((each) => each.step === step);
  return kept === undefined ? '' : `(macro-F1 ${metric(kept.macroF1)})`;
}

function smooth(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  let level: number | undefined;
  return points.map(([step, value]) => {
    level = level === undefined ? value : (1 - SMOOTHING) * level + SMOOTHING * value;
    return [step, level] as const;
  });
}
