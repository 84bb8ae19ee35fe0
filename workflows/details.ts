import type { RunReport, StepRecord, StepState } from '../contracts/plan.ts';

const MARKS: Record<StepState, string> = {
  waiting: '·',
  running: '▶',
  done: '✓',
  failed: '✗',
  held: '‖',
  skipped: '↷',
  cancelled: '⊘',
};

/** The run as a Markdown table, for the "current details" of Temporal's UI (at most 20,000 bytes: long plans are cut). */
export function describeRun(report: RunReport, maxRows = 100): string {
  const rows = report.steps.slice(0, maxRows).map(stepRow);
  const cut = report.steps.length > maxRows ? [`\n… and ${String(report.steps.length - maxRows)} more steps`] : [];
  const failures = report.steps.filter(({ error }) => error !== undefined).slice(0, 5);
  return [
    `**${report.identity.pipeline}** is ${report.status}`,
    '',
    '| | step | kind | queue | result |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...cut,
    ...failures.flatMap(({ id, error }) => [
      '',
      `**${id}** · ${error?.code ?? ''}: ${error?.message ?? ''}`,
      '',
      error?.remedy ?? '',
    ]),
  ].join('\n');
}

function stepRow({ id, kind, state, queue, outcome }: StepRecord): string {
  const result =
    outcome === undefined
      ? state
      : [
          outcome.cached ? 'known already' : `${(outcome.durationMs / 1000).toFixed(1)} s`,
          ...summaryWords(outcome.summary),
        ].join(' · ');
  return `| ${MARKS[state]} | ${id} | ${kind} | ${queue} | ${result} |`;
}

/** The first few figures of a summary, `name value`. */
export function summaryWords(summary: Record<string, number | string | boolean>, most = 4): string[] {
  return Object.entries(summary)
    .slice(0, most)
    .map(
      ([name, value]) => `${name} ${typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value)}`,
    );
}
