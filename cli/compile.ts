import { access, readdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { AssayError } from '../contracts/errors.ts';
import type { Problem } from '../contracts/problem.ts';
import { loadCatalogue } from '../pipelines/catalogue.ts';
import { compilePipeline, type Compiled } from '../pipelines/compile.ts';
import { loadPipeline, readPipeline } from '../pipelines/load.ts';
import type { Environment } from './environment.ts';
import type { Output } from './output.ts';

export interface Source {
  text: string;
  file: string;
  /** Undefined for a file that is not one of the project's pipelines. */
  name: string | undefined;
}

/** A pipeline by name, or a YAML file by its path. @throws AssayError PIPELINE_NOT_FOUND, PIPELINE_ENCODING */
export async function readSource(environment: Environment, nameOrPath: string): Promise<Source> {
  if (!/[/\\]|\.ya?ml$/.test(nameOrPath))
    return { ...(await loadPipeline(environment.pipelinesDir, nameOrPath)), name: nameOrPath };
  const path = resolve(nameOrPath);
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (!there)
    throw new AssayError('PIPELINE_NOT_FOUND', { pipeline: nameOrPath, known: await names(environment), hint: '' });
  return { ...(await readPipeline(path, nameOrPath)), name: undefined };
}

async function names({ pipelinesDir }: Environment): Promise<string[]> {
  return (await readdir(pipelinesDir))
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => basename(file).replace(/\.ya?ml$/, ''));
}

/** Compiles with what is declared and installed here. */
export async function compileHere(
  environment: Environment,
  { text, file }: Source,
  parameters: Record<string, unknown>,
): Promise<Compiled> {
  const datasets = [...(await loadCatalogue(environment.catalogueFile)).keys()];
  const models = await readdir(environment.modelsDir).catch(() => undefined);
  return compilePipeline({ text, file, parameters, datasets, models });
}

/** `k=v` pairs; a value that is JSON is taken as such, anything else as text. @throws AssayError OPTION_INVALID */
export function parseParameters(pairs: readonly string[]): Record<string, unknown> {
  const entries = pairs.map((pair): [string, unknown] => {
    const at = pair.indexOf('=');
    if (at < 1) throw new AssayError('OPTION_INVALID', { option: `--param ${pair}`, what: 'write name=value' });
    const value = pair.slice(at + 1);
    try {
      return [pair.slice(0, at), JSON.parse(value)];
    } catch {
      return [pair.slice(0, at), value];
    }
  });
  return Object.fromEntries(entries);
}

/** Each problem with its line and a caret under the place. */
export function printProblems(output: Output, { text }: Source, problems: readonly Problem[]): void {
  const lines = text.split('\n');
  for (const { file, line, column, severity, code, message, suggestion } of problems) {
    const word = severity === 'error' ? output.bad('error') : 'warning';
    output.print(`${output.bold(`${file}:${line}:${column}`)} ${word} ${code}`);
    output.print(`  ${message}${suggestion === undefined ? '' : ` — ${suggestion}`}`);
    const excerpt = lines[line - 1];
    if (excerpt !== undefined && excerpt.length < 200) {
      output.print(output.dim(`  ${String(line).padStart(4)} │ ${excerpt}`));
      output.print(output.dim(`       │ ${' '.repeat(Math.max(0, column - 1))}^`));
    }
  }
}
