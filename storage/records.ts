import type { ArtifactRef, Bundle } from '../contracts/artifacts.ts';
import { AssayError } from '../contracts/errors.ts';
import type { RunReport, RunStatus } from '../contracts/plan.ts';
import type { StepSummary } from '../contracts/step.ts';
import type { CacheEntry, CheckpointRef } from './store.ts';

/** The border: what was read from the store becomes a type here or is refused, with the place in the record. */
class Unfit extends Error {}

/** @throws AssayError STORE_RECORD_INVALID, naming what is wrong where */
export function parseRecord<T>(key: string, value: unknown, parse: (value: unknown) => T): T {
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    throw new AssayError('STORE_RECORD_INVALID', { key, problem: error.message }, { cause: error });
  }
}

/** @throws AssayError ARTIFACT_REFERENCE_INVALID; a reference may come from a person's input */
export function checkReference(value: unknown): ArtifactRef {
  try {
    return parseReference(value, '');
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    throw new AssayError('ARTIFACT_REFERENCE_INVALID', { problem: error.message }, { cause: error });
  }
}

/** @throws AssayError ARTIFACT_INVALID when a whole artifact is no bundle */
export function parseBundle(key: string, value: unknown): Bundle {
  try {
    return { files: parseReferences(property(value, 'files', ''), 'files') };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    throw new AssayError('ARTIFACT_INVALID', { key, wanted: 'a bundle', problem: error.message }, { cause: error });
  }
}

export function parseCacheEntry(value: unknown): CacheEntry {
  return {
    kind: text(property(value, 'kind', ''), 'kind'),
    version: count(property(value, 'version', ''), 'version'),
    storedAt: text(property(value, 'storedAt', ''), 'storedAt'),
    outputs: parseReferences(property(value, 'outputs', ''), 'outputs'),
    summary: parseSummary(property(value, 'summary', '')),
  };
}

export function parseCheckpoint(value: unknown): CheckpointRef {
  const best = property(value, 'best', '');
  if (typeof best !== 'boolean') throw new Unfit('best is neither true nor false');
  return {
    step: count(property(value, 'step', ''), 'step'),
    best,
    bundle: parseReference(property(value, 'bundle', ''), 'bundle.'),
  };
}

const STATUSES: readonly RunStatus[] = ['running', 'done', 'failed', 'cancelled'];

/** The identity, the status and each step's name and state are checked; what a step says of itself is taken as written. */
export function parseRun(value: unknown): RunReport {
  const identity = property(value, 'identity', '');
  for (const name of ['workflowId', 'runId', 'pipeline', 'planSha256', 'startedAt'])
    text(property(identity, name, 'identity.'), `identity.${name}`);
  const status = property(value, 'status', '');
  if (!STATUSES.some((known) => known === status)) throw new Unfit('status is not one of a run');
  const steps = property(value, 'steps', '');
  if (!Array.isArray(steps)) throw new Unfit('steps is not a list');
  steps.forEach((step: unknown, index) => {
    const at = `steps[${String(index)}].`;
    for (const name of ['id', 'kind', 'state', 'queue']) text(property(step, name, at), at + name);
  });
  record(property(value, 'parameters', ''), 'parameters');
  return value as RunReport;
}

function parseReferences(value: unknown, at: string): Record<string, ArtifactRef> {
  const entries = Object.entries(record(value, at));
  return Object.fromEntries(entries.map(([name, ref]) => [name, parseReference(ref, `${at}["${name}"].`)]));
}

function parseReference(value: unknown, at: string): ArtifactRef {
  const key = text(property(value, 'key', at), `${at}key`);
  const sha256 = text(property(value, 'sha256', at), `${at}sha256`);
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Unfit(`${at}sha256 is not a SHA-256 in lower-case hexadecimal`);
  const bytes = count(property(value, 'bytes', at), `${at}bytes`);
  return { key, sha256, bytes, mediaType: text(property(value, 'mediaType', at), `${at}mediaType`) };
}

function parseSummary(value: unknown): StepSummary {
  const entries = Object.entries(record(value, 'summary')).map(([name, item]) => {
    if (typeof item === 'number' || typeof item === 'string' || typeof item === 'boolean') return [name, item] as const;
    throw new Unfit(`summary.${name} is not a number, a text or a truth value`);
  });
  return Object.fromEntries(entries);
}

function property(value: unknown, name: string, at: string): unknown {
  const found = new Map(Object.entries(record(value, at === '' ? 'it' : at.replace(/\.$/, ''))));
  if (!found.has(name)) throw new Unfit(`${at}${name} is missing`);
  return found.get(name);
}

function record(value: unknown, at: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Unfit(`${at} is not an object`);
}

function text(value: unknown, at: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Unfit(`${at} is not a text`);
}

function count(value: unknown, at: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Unfit(`${at} is not a whole number`);
}
