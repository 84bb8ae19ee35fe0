import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { closest } from '../contracts/closest.ts';
import { AssayError } from '../contracts/errors.ts';

/** Names of the pipelines in a folder: its YAML files but the catalogue. */
export async function pipelineNames(pipelinesDir: string): Promise<string[]> {
  const files = await readdir(pipelinesDir);
  return files
    .filter((file) => /\.ya?ml$/.test(file) && !file.startsWith('datasets.'))
    .map((file) => file.replace(/\.ya?ml$/, ''))
    .sort();
}

/**
 * The text of a pipeline by its bare name; a name never leads out of the folder.
 * @throws AssayError PIPELINE_NOT_FOUND, PIPELINE_ENCODING
 */
export async function loadPipeline(pipelinesDir: string, name: string): Promise<{ file: string; text: string }> {
  const known = await pipelineNames(pipelinesDir);
  if (!known.includes(name)) {
    const nearest = closest(name, known);
    const hint = nearest === undefined ? '' : ` — did you mean "${nearest}"?`;
    throw new AssayError('PIPELINE_NOT_FOUND', { pipeline: name, known, hint });
  }
  const file = (await readdir(pipelinesDir)).find((entry) => entry === `${name}.yaml`) ?? `${name}.yml`;
  return readPipeline(join(pipelinesDir, file), `${basename(pipelinesDir)}/${file}`);
}

/** The text of a pipeline file; `file` is how problems name it. @throws AssayError PIPELINE_ENCODING */
export async function readPipeline(path: string, file = path): Promise<{ file: string; text: string }> {
  const bytes = await readFile(path);
  try {
    return { file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (cause) {
    throw new AssayError('PIPELINE_ENCODING', { pipeline: file }, { cause });
  }
}
