import type { PipelineProblemCode } from './errors/pipeline.ts';

/** One thing that is wrong with a pipeline or a catalogue, and where. Warnings do not keep a pipeline from running. */
export interface Problem {
  code: PipelineProblemCode;
  severity: 'error' | 'warning';
  message: string;
  file: string;
  /** From 1. */
  line: number;
  column: number;
  /** What to write instead, where that can be guessed. */
  suggestion?: string;
}
