import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { RunReport, StepRecord, StepState } from '../contracts/plan.ts';
import type { StepProgress } from '../contracts/step.ts';
import { seconds, table, type Output } from './output.ts';

const MARKS: Record<StepState, string> = {
  waiting: '·',
  running: '▸',
  done: '✓',
  failed: '✗',
  held: '‖',
  skipped: '↷',
  cancelled: '⊘',
};
const BAR = 24;

/** The latest progress of each running step, from the heartbeats; by step id. */
export function progressOf(description: WorkflowExecutionDescription, report: RunReport): Map<string, StepProgress> {
  const running = report.steps.filter(({ state }) => state === 'running');
  const found = new Map<string, StepProgress>();
  for (const pending of description.raw.pendingActivities ?? []) {
    const data = pending.heartbeatDetails?.payloads?.[0]?.data;
    const step = running.find(({ id, kind }) => kind === pending.activityType?.name && !found.has(id));
    const progress = data === null || data === undefined ? undefined : parseProgress(data);
    if (step !== undefined && progress !== undefined) found.set(step.id, progress);
  }
  return found;
}

function parseProgress(data: Uint8Array): StepProgress | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(data));
    return typeof value === 'object' && value !== null && 'message' in value ? (value as StepProgress) : undefined;
  } catch {
    return undefined;
  }
}

/** The run on a terminal: a line a step. */
export function runLines(
  report: RunReport,
  progress: Map<string, StepProgress>,
  output: Output,
  now: number,
): string[] {
  const width = Math.max(...report.steps.map(({ id }) => id.length));
  return report.steps.map((step) => {
    const name = step.id.padEnd(width);
    const line = `${mark(step, output)} ${name}  ${stepText(step, progress.get(step.id), now)}`;
    return step.state === 'waiting' ? output.dim(line) : cut(line, output.width + 9);
  });
}

function stepText(step: StepRecord, progress: StepProgress | undefined, now: number): string {
  if (step.state === 'running') {
    const since = step.startedAt === undefined ? '' : seconds(now - Date.parse(step.startedAt));
    const bar = progress?.fraction === undefined ? '' : `${drawBar(progress.fraction)} `;
    return `${bar}${progress?.message ?? ''} ${since}`;
  }
  if (step.outcome === undefined) return step.state;
  const how = step.outcome.cached ? 'known already' : seconds(step.outcome.durationMs);
  return [how, ...figures(step)].join(' · ');
}

/** The step's summary in words. */
export function figures(step: StepRecord, most = 5): string[] {
  return Object.entries(step.outcome?.summary ?? {})
    .slice(0, most)
    .map(([name, value]) => `${words(name)} ${typeof value === 'number' ? formatNumber(value) : String(value)}`);
}

export function formatNumber(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : value.toFixed(value < 10 ? 3 : 1);
}

/** camelCase as words. */
function words(name: string): string {
  return name.replace(/([A-Z])/g, (_, letter: string) => ` ${letter.toLowerCase()}`);
}

export function mark({ state }: StepRecord, output: Output): string {
  if (state === 'done') return output.good(MARKS.done);
  return state === 'failed' ? output.bad(MARKS.failed) : MARKS[state];
}

function drawBar(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * BAR);
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${String(Math.floor(fraction * 100)).padStart(3)}%`;
}

function cut(line: string, width: number): string {
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

/** Plain lines for a log: what changed since the last look. */
export function changes(before: RunReport | undefined, after: RunReport): string[] {
  return after.steps.flatMap((step) => {
    const was = before?.steps.find(({ id }) => id === step.id)?.state ?? 'waiting';
    return step.state === was
      ? []
      : [`${MARKS[step.state]} ${step.id}  ${step.state === 'running' ? 'started' : stepText(step, undefined, 0)}`];
  });
}

export function stepTable(report: RunReport): string[] {
  return table(
    report.steps.map((step) => [
      MARKS[step.state],
      step.id,
      step.outcome === undefined
        ? step.state
        : step.outcome.cached
          ? 'known already'
          : seconds(step.outcome.durationMs),
      step.error === undefined ? figures(step).join(' · ') : step.error.code,
    ]),
  );
}
