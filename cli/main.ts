import { Command } from 'commander';
import { AssayError } from '../contracts/errors.ts';
import { SetupError } from '../infra/setup-error.mjs';
import type { Context } from './command.ts';
import { registerClean, registerDoctor } from './commands/doctor.ts';
import { registerRun } from './commands/run.ts';
import { registerDown, registerUp } from './commands/servers.ts';
import { registerLogs, registerReport, registerStatus } from './commands/status.ts';
import { registerPlan, registerValidate } from './commands/validate.ts';
import { readEnvironment } from './environment.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { createOutput } from './output.ts';

const COMMANDS = [
  registerUp,
  registerDown,
  registerValidate,
  registerPlan,
  registerRun,
  registerStatus,
  registerLogs,
  registerReport,
  registerDoctor,
  registerClean,
];

/** The command line. @returns the exit code (cli/exit-codes.ts) */
export async function main(argv: string[], root: string): Promise<number> {
  let exitCode: number = EXIT.fine;
  const program = new Command('assay')
    .description("Measures and mends a shop's data, fine-tunes language models on it, and proves what that changed.")
    .option('--json', 'one JSON value on stdout, for machines')
    .addHelpText(
      'after',
      '\nExamples:\n  assay up\n  assay run product-quality\n  assay status\n  assay report\n\nExit codes: 0 fine, 1 failed, 2 wrong input, 3 servers not reachable, 130 interrupted',
    )
    .exitOverride();
  const run = async (work: (context: Context) => Promise<number>): Promise<void> => {
    const output = createOutput(program.opts<{ json?: true }>().json === true, process.env);
    try {
      exitCode = await work({ environment: readEnvironment(root, process.env), output });
    } catch (error) {
      exitCode = tellError(error, output.json);
    }
  };
  for (const register of COMMANDS) register(program, run);
  for (const command of program.commands)
    command
      .option('--json', 'one JSON value on stdout, for machines')
      .on('option:json', () => program.setOptionValue('json', true));
  try {
    await program.parseAsync(argv);
  } catch (error) {
    // Commander has said what was wrong; its help and version are no failures.
    return error instanceof Error && 'exitCode' in error && error.exitCode === 0 ? EXIT.fine : EXIT.input;
  }
  return exitCode;
}

function tellError(error: unknown, json: boolean): number {
  const known = error instanceof AssayError || error instanceof SetupError;
  if (!known) {
    console.error(
      process.env['ASSAY_DEBUG'] === undefined && error instanceof Error
        ? `unexpected: ${error.message} (ASSAY_DEBUG=1 shows more)`
        : error,
    );
    return EXIT.failed;
  }
  const { code, message, remedy } = error;
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message, remedy } }, null, 2)}\n`);
  console.error(`${code}: ${message}\n${remedy}`);
  if (process.env['ASSAY_DEBUG'] !== undefined) console.error(error);
  return exitCodeOf(code);
}
