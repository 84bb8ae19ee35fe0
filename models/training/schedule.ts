export interface Schedule {
  learningRate: number;
  schedule: 'linear' | 'cosine' | 'constant';
  warmupRatio: number;
  totalSteps: number;
}

/**
 * The rate of a step, counted from 0: rising in a line from 0 over the warm-up, then falling to 0 in a line or half a cosine, or constant. The
 * same as `get_linear_schedule_with_warmup` and its siblings in Transformers.
 */
export function learningRateAt(step: number, { learningRate, schedule, warmupRatio, totalSteps }: Schedule): number {
  const warmup = Math.floor(warmupRatio * totalSteps);
  if (step < warmup) return (learningRate * step) / warmup;
  if (schedule === 'constant') return learningRate;
  const done = Math.min(1, (step - warmup) / Math.max(1, totalSteps - warmup));
  return learningRate * (schedule === 'linear' ? 1 - done : (1 + Math.cos(Math.PI * done)) / 2);
}

/** What `steps` steps of decoupled decay alone leave of a weight: ∏ (1 − ηₜ·λ). */
export function decayFactor(steps: number, weightDecay: number, schedule: Schedule): number {
  let factor = 1;
  for (let step = 0; step < steps; step++) factor *= 1 - learningRateAt(step, schedule) * weightDecay;
  return factor;
}
