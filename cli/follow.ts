import type { Client } from '@temporalio/client';
import { RUN_STATE_QUERY } from '../contracts/control.ts';
import type { RunReport } from '../contracts/plan.ts';
import type { StepProgress } from '../contracts/step.ts';
import type { Output } from './output.ts';
import { changes, progressOf, runLines } from './run-view.ts';

const POLL_MS = 500;
/** On a log, a running step is told again after so long. */
const QUIET_MS = 30_000;

/** How a run that was followed ended. */
export type Followed = 'closed' | 'detached';

/** Shows a run's progress until it is closed, or until `detach` is aborted. */
export async function follow(
  client: Client,
  workflowId: string,
  output: Output,
  detach: AbortSignal,
): Promise<Followed> {
  const handle = client.workflow.getHandle(workflowId);
  let before: RunReport | undefined;
  let toldAt = Date.now();
  for (;;) {
    const description = await handle.describe();
    const report = await handle.query<RunReport | null>(RUN_STATE_QUERY).catch(() => null);
    if (report !== null) {
      const progress = progressOf(description, report);
      if (output.live) output.draw(runLines(report, progress, output, Date.now()));
      else toldAt = tell(before, report, progress, output, toldAt);
      before = report;
    }
    if (description.status.name !== 'RUNNING') return 'closed';
    if (detach.aborted) return 'detached';
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function tell(
  before: RunReport | undefined,
  report: RunReport,
  progress: Map<string, StepProgress>,
  output: Output,
  toldAt: number,
): number {
  const lines = changes(before, report);
  if (lines.length === 0 && Date.now() - toldAt > QUIET_MS)
    for (const [step, { message, fraction }] of progress)
      lines.push(`▸ ${step}  ${fraction === undefined ? '' : `${Math.floor(fraction * 100)}% `}${message}`);
  for (const line of lines) output.note(line);
  return lines.length === 0 ? toldAt : Date.now();
}
