import type { Client } from '@temporalio/client';
import { RUN_STATE_QUERY, RUN_WORKFLOW } from '../../contracts/control.ts';
import { AssayError } from '../../contracts/errors.ts';
import type { RunReport } from '../../contracts/plan.ts';
import type { Register } from '../command.ts';
import { openStore, withClient } from '../connection.ts';
import type { Environment } from '../environment.ts';
import { EXIT } from '../exit-codes.ts';
import { table } from '../output.ts';
import { progressOf, runLines } from '../run-view.ts';
import { printFailure, printSummary, saveReport } from '../summary.ts';

export const registerStatus: Register = (program, run) =>
  program
    .command('status [run]')
    .description('recent runs, or the steps of one')
    .option('-n, --number <count>', 'how many runs', '10')
    .action((id: string | undefined, { number }: { number: string }) =>
      run(({ environment, output }) =>
        withClient(environment, async (client, servers) => {
          if (id === undefined) {
            const runs = await recentRuns(client, Number(number));
            if (runs.length === 0) output.print('no runs yet; start one: npx assay run product-quality');
            for (const line of table(
              runs.map(({ workflowId, status, startedAt }) => [status, workflowId, startedAt]),
              '',
            ))
              output.print(line);
            output.result(runs);
            return EXIT.fine;
          }
          const report = await readReport(client, id);
          if (report.status === 'running') {
            const description = await client.workflow.getHandle(id).describe();
            for (const line of runLines(report, progressOf(description, report), output, Date.now()))
              output.print(line);
          } else printSummary(output, environment, servers, report, undefined);
          printFailure(output, report);
          output.result(report);
          return EXIT.fine;
        }),
      ),
    );

export const registerReport: Register = (program, run) =>
  program
    .command('report [run]')
    .description('fetch the report of a run (the newest that has one) and print where it is')
    .action((id: string | undefined) =>
      run(({ environment, output }) =>
        withClient(environment, async (client, servers) => {
          const store = openStore(environment, servers);
          const ids = id === undefined ? (await recentRuns(client, 20)).map(({ workflowId }) => workflowId) : [id];
          for (const candidate of ids) {
            const path = await saveReport(environment, store, await readReport(client, candidate));
            if (path === undefined) continue;
            output.print(path);
            output.result({ run: candidate, path });
            return EXIT.fine;
          }
          throw new AssayError('REPORT_NOT_FOUND', { run: id ?? 'newest' });
        }),
      ),
    );

export const registerLogs: Register = (program, run) =>
  program
    .command('logs [process]')
    .description('the log of temporal, minio, cpu, gpu or supervisor')
    .option('-n, --lines <count>', 'how many lines', '40')
    .option('-f, --follow', 'go on as lines come')
    .action((name: string | undefined, { lines, follow }: { lines: string; follow?: true }) =>
      run(({ environment, output }) =>
        showLogs(environment, name, Number(lines), follow === true, (text) => {
          output.note(text);
        }),
      ),
    );

async function recentRuns(
  client: Client,
  most: number,
): Promise<{ workflowId: string; status: string; startedAt: string }[]> {
  const runs = [];
  for await (const { workflowId, status, startTime } of client.workflow.list({
    query: `WorkflowType = '${RUN_WORKFLOW}'`,
  })) {
    runs.push({ workflowId, status: status.name.toLowerCase(), startedAt: startTime.toISOString() });
    if (runs.length >= most) break;
  }
  return runs;
}

/** @throws AssayError RUN_NOT_FOUND */
async function readReport(client: Client, id: string): Promise<RunReport> {
  const report = await client.workflow
    .getHandle(id)
    .query<RunReport | null>(RUN_STATE_QUERY)
    .catch((cause: unknown) => {
      throw new AssayError('RUN_NOT_FOUND', { run: id }, { cause });
    });
  if (report === null) throw new AssayError('RUN_NOT_FOUND', { run: id });
  return report;
}

const PROCESSES = {
  temporal: 'temporal',
  minio: 'minio',
  cpu: 'worker-cpu',
  gpu: 'worker-gpu',
  supervisor: 'supervisor',
} as const;

async function showLogs(
  { home }: Environment,
  name: string | undefined,
  lines: number,
  follow: boolean,
  say: (text: string) => void,
): Promise<number> {
  const { readTail, watchFile } = await import('../log-files.ts');
  const wanted =
    name === undefined ? Object.values(PROCESSES) : [PROCESSES[name.replace(/^worker-/, '') as keyof typeof PROCESSES]];
  if (wanted[0] === undefined)
    throw new AssayError('OPTION_INVALID', {
      option: 'process',
      what: `"${name ?? ''}" is not one of ${Object.keys(PROCESSES).join(', ')}`,
    });
  for (const process of wanted) {
    if (wanted.length > 1) say(`── ${process}`);
    for (const line of await readTail(home, process, lines)) say(line);
  }
  if (follow) await watchFile(home, wanted[0], say);
  return EXIT.fine;
}
