import { relative } from 'node:path';
import { clean } from '../../infra/clean.mjs';
import { doctor } from '../../infra/doctor.mjs';
import type { Register } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { bytes, table } from '../output.ts';

export const registerDoctor: Register = (program, run) =>
  program
    .command('doctor')
    .description('check everything that a run needs, and show what takes room')
    .action(() =>
      run(async ({ environment, output }) => {
        const found = await doctor({ root: environment.root, home: environment.home });
        const marks = { ok: '✓', warn: '!', fail: '✗' };
        for (const line of table(
          found.checks.map(({ name, state, detail, remedy }) => [
            marks[state],
            name,
            detail,
            remedy === '' ? '' : `→ ${remedy}`,
          ]),
        ))
          output.print(line);
        output.print();
        for (const line of table(found.disk.map((entry) => [bytes(entry.bytes), entry.what, entry.path])))
          output.print(line);
        output.result(found);
        return found.checks.some(({ state }) => state === 'fail') ? EXIT.failed : EXIT.fine;
      }),
    );

export const registerClean: Register = (program, run) =>
  program
    .command('clean')
    .description('remove what runs have made: data, logs, caches')
    .option('--all', 'what was installed, too')
    .action(({ all }: { all?: true }) =>
      run(async ({ environment, output }) => {
        const { removed } = await clean({ root: environment.root, home: environment.home, all: all === true });
        for (const line of table(
          removed.map(({ path, bytes: count }) => [bytes(count), relative(environment.root, path)]),
        ))
          output.print(line);
        output.print(
          removed.length === 0
            ? 'nothing to remove'
            : `removed ${bytes(removed.reduce((sum, entry) => sum + entry.bytes, 0))}`,
        );
        output.result({ removed });
        return EXIT.fine;
      }),
    );
