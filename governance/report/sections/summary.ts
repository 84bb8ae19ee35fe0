import type { ReportData } from '../../../contracts/governance.ts';
import { count, counted, difference, metric, points } from '../../format.ts';
import { html, type Html } from '../html.ts';

/** What a reader with ten seconds takes home: a sentence and the figures under it. */
export function summary(data: ReportData): Html {
  const { evidence, assessment, run } = data;
  const { before, after } = assessment.overall;
  const scores = evidence.evaluation?.scores;
  const personal = evidence.masking?.counts.reduce((sum, { count: times }) => sum + times, 0);
  const measured = assessment.capability.items.filter(({ level }) => level !== null);
  return html`
    <p class="verdict">${verdict(data)}</p>
    <div class="cards">
      ${before !== null && card('Data quality', after === null ? points(before) : `${points(before)} → ${points(after)}`, 'of 100, before and after cleaning')}
      ${scores && card('Macro-F1', `${metric(scores.frozen.macroF1)} → ${metric(scores.finetuned.macroF1)}`, `${difference(scores.finetuned.macroF1 - scores.frozen.macroF1)} by fine-tuning, same test rows`)}
      ${card('Rows', count(evidence.metadata.rows), `${counted(evidence.metadata.columns.length, 'column')}, ${evidence.metadata.dataset}`)}
      ${personal !== undefined && card('Personal data', count(personal), 'pieces replaced before training')}
      ${card('Capability', meanLevel(measured.map(({ level }) => level ?? 0)), `mean DCMM level of ${measured.length} items measured, of ${assessment.capability.items.length}`)}
    </div>
    <p class="soft">
      Pipeline ${run.pipeline}, run <span class="mono">${run.workflowId}</span>, started ${when(run.startedAt)},
      reported ${when(run.createdAt)}.
    </p>
  `;
}

function card(name: string, value: string, note: string): Html {
  return html`<div class="card">
    <div class="name">${name}</div>
    <div class="value">${value}</div>
    <div class="note">${note}</div>
  </div>`;
}

function verdict({ assessment: { findings, recommendations } }: ReportData): Html {
  const worst =
    findings.find(({ severity }) => severity === 'high') ?? findings.find(({ severity }) => severity === 'medium');
  const best = findings.find(({ severity }) => severity === 'good');
  const next = recommendations[0];
  return html`${best && `${best.title}. `}${worst && `Look first at this: ${lowerFirst(worst.title)}. `}${
    next && html`Next best step: <a href="#recommendations">${lowerFirst(next.title)}</a>.`
  }`;
}

function meanLevel(levels: readonly number[]): string {
  if (levels.length === 0) return 'not measured';
  return (levels.reduce((sum, level) => sum + level, 0) / levels.length).toFixed(1);
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** `2026-11-24 09:30 UTC` */
export function when(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
