import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { RUN_STATE_QUERY, RUN_WORKFLOW } from '../../contracts/control.ts';
import type { RunInput, RunReport } from '../../contracts/plan.ts';
import { QUEUES } from '../../contracts/queues.ts';
import type { Context, Register } from '../command.ts';
import { compileHere, parseParameters, printProblems, readSource } from '../compile.ts';
import { openStore, withClient } from '../connection.ts';
import type { Servers } from '../environment.ts';
import { EXIT } from '../exit-codes.ts';
import { follow } from '../follow.ts';
import { printFailure, printSummary, saveReport } from '../summary.ts';

const collect = (value: string, before: string[]): string[] => [...before, value];

export const registerRun: Register = (program, run) =>
  program
    .command('run <pipeline>')
    .description('run a pipeline and follow it; Ctrl-C lets it go on alone')
    .option('-p, --param <name=value>', 'set a parameter', collect, [])
    .option('-d, --detach', 'start it and return')
    .addHelpText(
      'after',
      '\nExamples:\n  assay run product-quality\n  assay run product-quality -p epochs=1 -p maxTrainRows=800\n  assay run ./my-shop.yaml --detach',
    )
    .action((pipeline: string, options: { param: string[]; detach?: true }) =>
      run((context) => runPipeline(context, pipeline, options)),
    );

async function runPipeline(
  context: Context,
  pipeline: string,
  { param, detach }: { param: string[]; detach?: true },
): Promise<number> {
  const { environment, output } = context;
  const source = await readSource(environment, pipeline);
  const parameters = parseParameters(param);
  const { plan, problems } = await compileHere(environment, source, parameters);
  printProblems(output, source, problems);
  if (plan === undefined) {
    output.result({ status: 'refused', problems });
    return EXIT.input;
  }
  return withClient(environment, async (client, servers) => {
    const workflowId = nameRun(plan.name, new Date());
    const input: RunInput = { pipeline: source.name ?? { text: source.text }, parameters };
    const handle = await client.workflow.start(RUN_WORKFLOW, {
      workflowId,
      taskQueue: QUEUES.workflow,
      args: [input],
      staticSummary: `${plan.name} ${plan.version}`,
      staticDetails: plan.description,
    });
    output.note(`run ${workflowId}`);
    if (detach === true) {
      output.result({ status: 'running', workflowId, runId: handle.firstExecutionRunId });
      return EXIT.fine;
    }
    return followRun(context, client, servers, workflowId);
  });
}

async function followRun(context: Context, client: Client, servers: Servers, workflowId: string): Promise<number> {
  const { environment, output } = context;
  const detach = new AbortController();
  const onInterrupt = (): void => {
    detach.abort();
  };
  process.once('SIGINT', onInterrupt);
  const followed = await follow(client, workflowId, output, detach.signal);
  process.removeListener('SIGINT', onInterrupt);
  if (followed === 'detached') {
    output.note(
      `the run goes on; see it: npx assay status ${workflowId}; cancel it: temporal workflow cancel --workflow-id ${workflowId}`,
    );
    return EXIT.interrupted;
  }
  const report = await client.workflow.getHandle(workflowId).query<RunReport | null>(RUN_STATE_QUERY);
  if (report === null) return EXIT.failed;
  const path = await saveReport(environment, openStore(environment, servers), report);
  printSummary(output, environment, servers, report, path);
  printFailure(output, report);
  output.result({ ...report, report: path ?? null });
  return report.status === 'done' ? EXIT.fine : EXIT.failed;
}

/** Readable, sortable and unique: `product-quality-20260102-030405-a1b2`. */
export function nameRun(pipeline: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${pipeline}-${stamp}-${randomBytes(2).toString('hex')}`;
}
