import type { Evidence } from '../../contracts/governance.ts';

/** One thing that level 2 of an item asks for, and what of a run shows it. */
export interface Clause {
  /** Names of the artifacts that the sentence rests on. */
  evidence: readonly string[];
  /** What the run shows when the clause is met, as a sentence for the report. */
  shown: string;
  /** What to do when it is not met, as a sentence for the report. */
  todo: string;
  /** True: met; false: not met; null: the run has no evidence either way. */
  met(evidence: Evidence): boolean | null;
}
