import type { SourceDocument } from './document.ts';
import type { StepText } from './model.ts';

/** What a step's text is resolved against. */
export interface Scope {
  document: SourceDocument;
  parameters: Record<string, unknown>;
  /** Steps by id, of known kinds. */
  steps: ReadonlyMap<string, StepText>;
  /** Undefined: not known here, so not checked. */
  datasets: readonly string[] | undefined;
  models: readonly string[] | undefined;
  /** Filled while resolving: what was read. */
  usedParameters: Set<string>;
  usedOutputs: Set<string>;
}
