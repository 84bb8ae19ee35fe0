import { readFile } from 'node:fs/promises';
import type { Evidence } from '../contracts/governance.ts';
import type { InputsOf } from '../contracts/steps.ts';

/** Inputs of `assess` that are JSON, by the name of the evidence they become. */
const PARTS = [
  'metadata',
  'profile',
  'split',
  'checksBefore',
  'checksAfter',
  'cleaning',
  'masking',
  'training',
  'evaluation',
] as const;

/** Reads what steps of this project wrote; the planner has matched each input's type to its producer's. */
export async function readEvidence(inputs: InputsOf<'assess', string>): Promise<Evidence> {
  const parts: Partial<Record<(typeof PARTS)[number], unknown>> = {};
  for (const part of PARTS) {
    const path = inputs[part];
    if (path !== undefined) parts[part] = JSON.parse(await readFile(path, 'utf8'));
  }
  return parts as unknown as Evidence;
}
