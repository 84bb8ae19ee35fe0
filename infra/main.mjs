import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from './setup-error.mjs';

/** The project's folder, from a script in infra/. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a script's work; a failure that the user can mend is told without a stack. @param {() => Promise<number | void>} work */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.code}: ${error.message}\n${error.remedy}`);
    process.exitCode = 1;
  }
}
