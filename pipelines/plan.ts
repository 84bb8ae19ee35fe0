import { createHash } from 'node:crypto';
import type { Plan, PlanStep } from '../contracts/plan.ts';
import type { StepDescriptor } from '../contracts/step.ts';
import type { PipelineText, StepText } from './model.ts';
import type { ResolvedStep } from './resolve-step.ts';

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The plan's step: what the pipeline says, the kind's own values where it says nothing. */
export function planStep(step: StepText, kind: StepDescriptor, { config, inputs }: ResolvedStep): PlanStep {
  const { retry = {}, timeout } = step;
  const times = typeof timeout === 'string' ? { startToClose: timeout } : (timeout ?? {});
  return {
    id: step.id,
    kind: kind.kind,
    version: kind.version,
    needs: step.needs ?? [],
    queue: step.queue ?? kind.queue,
    config,
    inputs,
    cache: step.cache === false ? 'off' : 'on',
    retry: {
      attempts: retry.attempts ?? kind.attempts,
      initialMs: retry.initial === undefined ? 1000 : milliseconds(retry.initial),
      backoff: retry.backoff ?? 2,
      maximumMs: retry.maximum === undefined ? 60_000 : milliseconds(retry.maximum),
    },
    timeouts: {
      startToCloseMs:
        times.startToClose === undefined ? kind.timeouts.startToCloseMs : milliseconds(times.startToClose),
      heartbeatMs: times.heartbeat === undefined ? kind.timeouts.heartbeatMs : milliseconds(times.heartbeat),
    },
  };
}

/** The frozen plan, with the digest of its canonical JSON. */
export function buildPlan(pipeline: PipelineText, parameters: Record<string, unknown>, steps: PlanStep[]): Plan {
  const { name, version, description, onFailure = 'cancel' } = pipeline;
  const body: Omit<Plan, 'sha256'> = { name, version, description, parameters, onFailure, steps };
  const sha256 = createHash('sha256')
    .update(JSON.stringify(sorted(body)))
    .digest('hex');
  return deepFreeze({ ...body, sha256 });
}

/** The schema has admitted only a number with a unit. */
function milliseconds(duration: string): number {
  const [, amount = '0', unit = 'ms'] = /^(\d+)(ms|s|m|h|d)$/.exec(duration) ?? [];
  return Number(amount) * (UNIT_MS[unit] ?? 1);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
