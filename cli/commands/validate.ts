import type { Register } from '../command.ts';
import { compileHere, parseParameters, printProblems, readSource } from '../compile.ts';
import { EXIT } from '../exit-codes.ts';
import { table } from '../output.ts';

const collect = (value: string, before: string[]): string[] => [...before, value];

export const registerValidate: Register = (program, run) =>
  program
    .command('validate <pipeline>')
    .description('check a pipeline: every problem with its line, column and a suggestion')
    .option('-p, --param <name=value>', 'set a parameter', collect, [])
    .action((pipeline: string, { param }: { param: string[] }) =>
      run(async ({ environment, output }) => {
        const source = await readSource(environment, pipeline);
        const { plan, problems } = await compileHere(environment, source, parseParameters(param));
        printProblems(output, source, problems);
        output.print(
          plan === undefined ? `${problems.length} problem(s)` : `${source.file} is fine: ${plan.steps.length} steps`,
        );
        output.result({ valid: plan !== undefined, problems });
        return plan === undefined ? EXIT.input : EXIT.fine;
      }),
    );

export const registerPlan: Register = (program, run) =>
  program
    .command('plan <pipeline>')
    .description('show what would run, with every value resolved (--json: the frozen plan)')
    .option('-p, --param <name=value>', 'set a parameter', collect, [])
    .action((pipeline: string, { param }: { param: string[] }) =>
      run(async ({ environment, output }) => {
        const source = await readSource(environment, pipeline);
        const { plan, problems } = await compileHere(environment, source, parseParameters(param));
        printProblems(output, source, problems);
        if (plan === undefined) return EXIT.input;
        output.print(
          `${output.bold(plan.name)} ${plan.version} · ${plan.steps.length} steps · ${plan.sha256.slice(0, 12)}`,
        );
        for (const step of plan.steps) {
          output.print();
          output.print(
            `${output.bold(step.id)} (${step.kind}, ${step.queue})${step.needs.length === 0 ? '' : ` after ${step.needs.join(', ')}`}`,
          );
          const inputs = Object.entries(step.inputs).map(([name, from]) => [name, `← ${from.step}.${from.output}`]);
          const settings = Object.entries(step.config).map(([name, value]) => [name, short(value)]);
          for (const line of table([...inputs, ...settings])) output.print(line);
        }
        output.result(plan);
        return EXIT.fine;
      }),
    );

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 90 ? `${text.slice(0, 87)}…` : text;
}
