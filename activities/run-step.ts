import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { MEDIA, type ArtifactRef } from '../contracts/artifacts.ts';
import { AssayError } from '../contracts/errors.ts';
import type { StepDescriptor, StepOutcome, StepProgress, StepTask } from '../contracts/step.ts';
import { STEPS, type InputsOf, type StepConfigs, type StepKind } from '../contracts/steps.ts';
import { contentKey } from '../storage/content-key.ts';
import { toActivityFailure } from './failures.ts';
import type { ActivityDependencies } from './ports.ts';
import type { Produced, StepHandler } from './step.ts';

/**
 * The activity of a step kind: look the result up, else fetch the inputs, call the handler, store what it made.
 * Heartbeats by timer at a third of the timeout, with the latest progress as details.
 */
export function createStepActivity<K extends StepKind>(kind: K, handler: StepHandler<K>, deps: ActivityDependencies) {
  return async (task: StepTask): Promise<StepOutcome> => {
    const context = Context.current();
    const heart = beat(context);
    const startedAt = Date.now();
    try {
      return await perform(kind, handler, deps, task, heart.report, context.cancellationSignal, startedAt);
    } catch (error) {
      throw toActivityFailure(error, task.stepId, context.cancellationSignal);
    } finally {
      heart.stop();
    }
  };
}

async function perform<K extends StepKind>(
  kind: K,
  handler: StepHandler<K>,
  deps: ActivityDependencies,
  task: StepTask,
  report: (progress: StepProgress) => void,
  signal: AbortSignal,
  startedAt: number,
): Promise<StepOutcome> {
  const descriptor: StepDescriptor = STEPS[kind];
  const { stepId: step, version: planned } = task;
  if (planned !== descriptor.version)
    throw new AssayError('STEP_VERSION_MISMATCH', { step, kind, planned, installed: descriptor.version });
  // The plan was validated against this kind's schema when it was compiled, by the same version of it.
  const config = task.config as unknown as StepConfigs[K];

  const cacheKey = contentKey({
    kind,
    version: planned,
    config: task.config,
    inputs: Object.fromEntries(Object.entries(task.inputs).map(([name, { sha256 }]) => [name, sha256])),
    facts: await keyFacts(descriptor, handler, config, deps, signal),
  });
  const cacheable = task.cache === 'on' && handler.uncached !== true;
  const known = cacheable ? await deps.store.cache.get(cacheKey) : undefined;
  if (known !== undefined)
    return {
      outputs: known.outputs,
      summary: known.summary,
      cacheKey,
      cached: true,
      durationMs: Date.now() - startedAt,
    };

  await mkdir(deps.workRoot, { recursive: true });
  const workDir = await mkdtemp(join(deps.workRoot, `${kind}-`));
  try {
    report({ message: 'fetching inputs' });
    const inputs = (await fetchInputs(task.inputs, workDir, deps, signal)) as InputsOf<K, string>;
    const { outputs: made, summary } = await handler.run({
      config,
      inputs,
      refs: task.inputs as InputsOf<K, ArtifactRef>,
      workDir,
      signal,
      progress: (message, fraction) => {
        report(fraction === undefined ? { message } : { message, fraction });
      },
      run: task.run,
      cacheKey,
      deps,
    });
    report({ message: 'storing results', fraction: 1 });
    const outputs: Record<string, ArtifactRef> = {};
    for (const [name, produced] of Object.entries<Produced | undefined>(made))
      if (produced !== undefined) outputs[name] = await store(produced, deps, signal);
    if (handler.uncached !== true)
      await deps.store.cache.put(cacheKey, {
        kind,
        version: planned,
        outputs,
        summary,
        storedAt: deps.clock().toISOString(),
      });
    await deps.store.checkpoints.clear(cacheKey);
    return { outputs, summary, cacheKey, cached: false, durationMs: Date.now() - startedAt };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function keyFacts<K extends StepKind>(
  descriptor: StepDescriptor,
  handler: StepHandler<K>,
  config: StepConfigs[K],
  deps: ActivityDependencies,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const own = (await handler.keyFacts?.(config, deps, signal)) ?? {};
  if (!descriptor.tensors || deps.trainer === null) return own;
  const { device, library, threads } = await deps.trainer.device();
  return { ...own, device, library, threads: String(threads) };
}

async function fetchInputs(
  refs: Record<string, ArtifactRef>,
  workDir: string,
  { store }: ActivityDependencies,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const paths: Record<string, string> = {};
  for (const [name, ref] of Object.entries(refs)) {
    if (ref.mediaType !== MEDIA.bundle) paths[name] = await store.fetchFile(ref, signal);
    else {
      const dir = join(workDir, 'inputs', name);
      await store.fetchBundle(ref, dir, signal);
      paths[name] = dir;
    }
  }
  return paths;
}

function store(produced: Produced, deps: ActivityDependencies, signal: AbortSignal): Promise<ArtifactRef> {
  if ('file' in produced) return deps.store.putFile(produced.file, produced.mediaType, signal);
  if ('dir' in produced) return deps.store.putBundle(produced.dir, signal);
  if ('json' in produced) return deps.store.putJson(produced.json);
  return deps.store.putBytes(new TextEncoder().encode(produced.text), produced.mediaType);
}

function beat(context: Context): { report: (progress: StepProgress) => void; stop: () => void } {
  let latest: StepProgress = { message: 'starting' };
  const timeoutMs = context.info.heartbeatTimeoutMs ?? 30_000;
  const timer = setInterval(() => {
    context.heartbeat(latest);
  }, timeoutMs / 3);
  context.heartbeat(latest);
  return {
    report: (progress) => {
      latest = progress;
      context.heartbeat(latest);
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
