import { Context } from '@temporalio/activity';
import type { ControlActivities } from '../contracts/control.ts';
import { compileRun, type CompileDependencies } from './compile.ts';
import { toActivityFailure } from './failures.ts';

/** The activities that serve the run itself. */
export function createControlActivities(deps: CompileDependencies): ControlActivities {
  return {
    compile: (input) => guarded('compile', () => compileRun(input, deps)),
    recordRun: (report) => guarded('recordRun', () => deps.store.runs.put(report)),
  };
}

async function guarded<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toActivityFailure(error, name, Context.current().cancellationSignal);
  }
}
