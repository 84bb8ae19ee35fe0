import type { Command } from 'commander';
import type { Environment } from './environment.ts';
import type { Output } from './output.ts';

/** What a command gets to work with. */
export interface Context {
  environment: Environment;
  output: Output;
}

/** Adds a command; its action answers the exit code. */
export type Register = (program: Command, run: (work: (context: Context) => Promise<number>) => Promise<void>) => void;
