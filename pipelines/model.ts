import type { JsonSchema } from '../contracts/json-schema.ts';

/** A pipeline as written, once its shape has been checked against the schema. */
export interface PipelineText {
  name: string;
  version: string;
  description: string;
  onFailure?: 'cancel' | 'hold';
  parameters?: Record<string, ParameterText>;
  steps: StepText[];
}

export type ParameterText = JsonSchema & { type: string; default?: unknown; description?: string };

export interface StepText {
  id: string;
  uses: string;
  needs?: string[];
  with?: Record<string, unknown>;
  retry?: { attempts?: number; initial?: string; backoff?: number; maximum?: string };
  timeout?: string | { startToClose?: string; heartbeat?: string };
  queue?: 'cpu' | 'gpu';
  cache?: boolean;
}
