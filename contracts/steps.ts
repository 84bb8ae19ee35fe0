import type { Named, StepDescriptor } from './step.ts';
import { assess, type AssessConfig } from './steps/assess.ts';
import { check, type CheckConfig } from './steps/check.ts';
import { clean, type CleanConfig } from './steps/clean.ts';
import { evaluate } from './steps/evaluate.ts';
import { finetune } from './steps/finetune.ts';
import { ingest, type IngestConfig } from './steps/ingest.ts';
import { mask, type MaskConfig } from './steps/mask.ts';
import { profile, type ProfileConfig } from './steps/profile.ts';
import { report, type ReportConfig } from './steps/report.ts';
import { split, type SplitConfig } from './steps/split.ts';
import type { EvaluateConfig, FinetuneConfig } from './training.ts';

/** Every step kind. A new one is a descriptor beside these, a handler in activities/, and a domain function. */
export const STEPS = {
  ingest,
  split,
  profile,
  check,
  clean,
  mask,
  finetune,
  evaluate,
  assess,
  report,
} as const satisfies Record<string, StepDescriptor>;

export interface StepConfigs {
  ingest: IngestConfig;
  split: SplitConfig;
  profile: ProfileConfig;
  check: CheckConfig;
  clean: CleanConfig;
  mask: MaskConfig;
  finetune: FinetuneConfig;
  evaluate: EvaluateConfig;
  assess: AssessConfig;
  report: ReportConfig;
}

export type StepKind = keyof typeof STEPS;

export function isStepKind(kind: string): kind is StepKind {
  return Object.hasOwn(STEPS, kind);
}

/** Input names of a kind mapped to `V`. */
export type InputsOf<K extends StepKind, V> = Named<(typeof STEPS)[K]['inputs'], V>;
/** Output names of a kind mapped to `V`. */
export type OutputsOf<K extends StepKind, V> = Named<(typeof STEPS)[K]['outputs'], V>;
