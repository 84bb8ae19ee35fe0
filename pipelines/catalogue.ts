import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DatasetEntry } from '../contracts/data.ts';
import { AssayError } from '../contracts/errors.ts';
import type { Problem } from '../contracts/problem.ts';
import { parseDocument } from './document.ts';
import { CATALOGUE_SCHEMA } from './schema.ts';
import { validate } from './validate.ts';

/**
 * The data sets that are declared, by name.
 * @throws AssayError CATALOGUE_NOT_FOUND; CATALOGUE_INVALID with every problem and its place
 */
export async function loadCatalogue(path: string): Promise<ReadonlyMap<string, DatasetEntry>> {
  const file = `pipelines/${basename(path)}`;
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AssayError('CATALOGUE_NOT_FOUND', { catalogue: file }, { cause });
  });
  const parsed = parseDocument({ text, file });
  if ('problems' in parsed) throw invalid(file, parsed.problems);
  const { document } = parsed;
  const problems = validate(CATALOGUE_SCHEMA, document.value).map(({ code, path: at, facts, at: where, suggestion }) =>
    document.problem(code, at, facts, { at: where, suggestion }),
  );
  if (problems.length > 0) throw invalid(file, problems);
  const { datasets } = document.value as { datasets: DatasetEntry[] };
  return new Map(datasets.map((entry) => [entry.name, entry]));
}

function invalid(catalogue: string, problems: Problem[]): AssayError {
  const lines = problems.map(
    ({ file, line, column, code, message }) => `${file}:${String(line)}:${String(column)} ${code} ${message}`,
  );
  return new AssayError('CATALOGUE_INVALID', { catalogue, count: problems.length, problems: lines.join('\n') });
}
