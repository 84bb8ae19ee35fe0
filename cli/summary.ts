import { copyFile, mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { RunReport, StepRecord } from '../contracts/plan.ts';
import type { Store } from '../storage/store.ts';
import type { Environment, Servers } from './environment.ts';
import { seconds, table, type Output } from './output.ts';
import { formatNumber, stepTable } from './run-view.ts';

/** Fetches the run's HTML report; its path, or undefined when the run made none. */
export async function saveReport(
  environment: Environment,
  store: Store,
  report: RunReport,
): Promise<string | undefined> {
  const step = report.steps.find(({ kind, outcome }) => kind === 'report' && outcome !== undefined);
  const ref = step?.outcome?.outputs['report'];
  if (ref === undefined) return undefined;
  const dir = join(environment.home, 'reports', report.identity.workflowId);
  await mkdir(dir, { recursive: true });
  const path = join(dir, 'report.html');
  await copyFile(await store.fetchFile(ref), path);
  return path;
}

/** A screenful: the steps, what changed, and where everything is. */
export function printSummary(
  output: Output,
  environment: Environment,
  servers: Servers,
  report: RunReport,
  reportPath: string | undefined,
): void {
  const { workflowId, runId, pipeline, startedAt } = report.identity;
  const ended = report.steps.map(({ endedAt }) => Date.parse(endedAt ?? startedAt));
  output.print();
  output.print(
    `${output.bold(pipeline)} ${report.status} after ${seconds(Math.max(...ended) - Date.parse(startedAt))}`,
  );
  output.print();
  for (const line of stepTable(report)) output.print(line);
  const compared = comparison(report);
  if (compared.length > 0) {
    output.print();
    for (const line of table(compared)) output.print(line);
  }
  const { ui, address } = servers.temporal;
  const places: [string, string][] = [
    ...(reportPath === undefined ? [] : [['report', relative(process.cwd(), reportPath)] as [string, string]]),
    ...(ui === undefined
      ? []
      : [
          ['Temporal', `${ui}/namespaces/${servers.temporal.namespace}/workflows/${workflowId}/${runId}/history`] as [
            string,
            string,
          ],
        ]),
    ...(servers.store.console === undefined
      ? []
      : [
          [
            'MinIO',
            `${servers.store.console} (name and password: ${relative(process.cwd(), join(environment.home, 'credentials.json'))})`,
          ] as [string, string],
        ]),
    ['again', `npx assay run ${pipeline}`],
    [
      'plain',
      `${relative(process.cwd(), join(environment.home, 'bin', 'temporal'))} workflow start${address.endsWith(':7233') ? '' : ` --address ${address}`} --type runPipeline --task-queue assay --input '{"pipeline":"${pipeline}"}'`,
    ],
    ['stop', 'npx assay down'],
  ];
  output.print();
  for (const line of table(places)) output.print(line);
}

/** Quality and model, before and after, from the summaries. */
function comparison(report: RunReport): string[][] {
  const value = (kind: string, name: string): number | undefined => {
    const found = report.steps.find((step: StepRecord) => step.kind === kind)?.outcome?.summary[name];
    return typeof found === 'number' ? found : undefined;
  };
  const rows: [string, number | undefined, number | undefined][] = [
    ['data quality (0 to 100)', value('assess', 'qualityBefore'), value('assess', 'qualityAfter')],
    ['macro-F1, untouched model', value('evaluate', 'macroF1Untouched'), value('evaluate', 'macroF1Finetuned')],
    ['macro-F1, frozen encoder', value('evaluate', 'macroF1Frozen'), value('evaluate', 'macroF1Finetuned')],
    ['macro-F1, TF-IDF baseline', value('evaluate', 'macroF1Tfidf'), value('evaluate', 'macroF1Finetuned')],
  ];
  const measured = rows.flatMap(([name, before, after]) =>
    before === undefined || after === undefined ? [] : [[name, formatNumber(before), '→', formatNumber(after)]],
  );
  return measured.length === 0 ? [] : [['', 'before', '', 'after'], ...measured];
}

export function printFailure(output: Output, report: RunReport): void {
  for (const step of report.steps) {
    if (step.error === undefined) continue;
    output.print();
    output.print(`${output.bad('✗')} ${output.bold(step.id)}  ${step.error.code}`);
    output.print(`  ${step.error.message.replaceAll('\n', '\n  ')}`);
    output.print(`  ${step.error.remedy}`);
  }
}
