import { down, up } from '../../infra/servers.mjs';
import type { Register } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { table } from '../output.ts';

export const registerUp: Register = (program, run) =>
  program
    .command('up')
    .description('start Temporal, MinIO and the workers, and leave them running')
    .action(() =>
      run(async ({ environment, output }) => {
        const state = await up({ root: environment.root, home: environment.home });
        const { temporal, store } = state;
        for (const line of table([
          ['Temporal', temporal.address],
          ['its UI', temporal.ui],
          ['MinIO', store.endpoint],
          ['its console', store.console],
        ]))
          output.print(line);
        output.result({ temporal, store, processes: state.processes });
        return EXIT.fine;
      }),
    );

export const registerDown: Register = (program, run) =>
  program
    .command('down')
    .description('stop them; a training saves a checkpoint first')
    .action(() =>
      run(async ({ environment, output }) => {
        const ran = await down({ home: environment.home });
        output.print(ran ? 'stopped' : 'nothing was running');
        output.result({ stopped: ran });
        return EXIT.fine;
      }),
    );
