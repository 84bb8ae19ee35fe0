import { MEDIA } from '../contracts/artifacts.ts';
import type { CompiledRun } from '../contracts/control.ts';
import { AssayError } from '../contracts/errors.ts';
import type { PipelineSource, RunInput } from '../contracts/plan.ts';
import { loadCatalogue } from '../pipelines/catalogue.ts';
import { compilePipeline } from '../pipelines/compile.ts';
import { loadPipeline } from '../pipelines/load.ts';
import type { Store } from '../storage/store.ts';

export interface CompileDependencies {
  store: Store;
  pipelinesDir: string;
  catalogueFile: string;
  /** Names of the installed base models. */
  models(): Promise<string[]>;
  searchAttributes: boolean;
}

/**
 * Turns what a run was started with into a frozen plan.
 * @throws AssayError RUN_INPUT_INVALID, PIPELINE_NOT_FOUND, PIPELINE_INVALID (with every problem and its place)
 */
export async function compileRun(input: unknown, deps: CompileDependencies): Promise<CompiledRun> {
  const { pipeline, parameters } = parseInput(input);
  const { text, file } = await readSource(pipeline, deps);
  const datasets = [...(await loadCatalogue(deps.catalogueFile)).keys()];
  const { plan, problems } = compilePipeline({ text, file, parameters, datasets, models: await deps.models() });
  if (plan === undefined) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    const lines = errors.map(({ file: where, line, column, code, message, suggestion }) =>
      [`${where}:${String(line)}:${String(column)} ${code} ${message}`, suggestion]
        .filter((part) => part !== undefined)
        .join(' — '),
    );
    const first = errors[0];
    throw new AssayError('PIPELINE_INVALID', {
      pipeline: file,
      count: errors.length,
      problems: lines.join('\n'),
      codes: errors.map(({ code }) => code),
      ...(first === undefined ? {} : { file: first.file, line: first.line, column: first.column }),
    });
  }
  return { plan, searchAttributes: deps.searchAttributes };
}

function parseInput(input: unknown): Required<RunInput> {
  const problem = (what: string) => new AssayError('RUN_INPUT_INVALID', { problem: what });
  if (!isRecord(input)) throw problem('it must be a JSON object');
  const unknown = Object.keys(input).filter((key) => key !== 'pipeline' && key !== 'parameters');
  if (unknown.length > 0) throw problem(`unknown key "${unknown.join('", "')}"`);
  const { pipeline, parameters = {} } = input as { pipeline?: unknown; parameters?: unknown };
  if (!isRecord(parameters)) throw problem('"parameters" must be an object of names and values');
  if (!isSource(pipeline))
    throw problem('"pipeline" must be a name, {"text": "…"} or {"artifact": {"key", "sha256", "bytes", "mediaType"}}');
  return { pipeline, parameters };
}

async function readSource(
  source: PipelineSource,
  { store, pipelinesDir }: CompileDependencies,
): Promise<{ text: string; file: string }> {
  if (typeof source === 'string') return loadPipeline(pipelinesDir, source);
  if ('text' in source) return { text: source.text, file: 'pipeline.yaml' };
  const bytes = await store.fetchBytes({ ...source.artifact, mediaType: MEDIA.yaml });
  return {
    text: new TextDecoder('utf-8', { fatal: true }).decode(bytes),
    file: `${source.artifact.sha256.slice(0, 12)}.yaml`,
  };
}

function isSource(value: unknown): value is PipelineSource {
  if (typeof value === 'string') return value !== '';
  if (!isRecord(value)) return false;
  const { text, artifact } = value as { text?: unknown; artifact?: unknown };
  if (typeof text === 'string') return true;
  const { key, sha256, bytes } = (isRecord(artifact) ? artifact : {}) as {
    key?: unknown;
    sha256?: unknown;
    bytes?: unknown;
  };
  return typeof key === 'string' && typeof sha256 === 'string' && typeof bytes === 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
