export interface Schedule {
  learningRate: number;
  schedule: 'linear' | 'cosine' | 'polynomial' | 'constant';
  warmupRatio: number;
  totalSteps: number;
  /** Of the polynomial schedule. */
  power?: number;
}

/**
 * The rate of a step, counted from 0: rising in a line from 0 over the warm-up, then falling to 0 in a line, half a cosine or a power of what is
 * left, or constant. The same as `get_linear_schedule_with_warmup` and its siblings in Transformers (of the polynomial, with `lr_end` 0).
 */
export function learningRateAt(
  step: number,
  { learningRate, schedule, warmupRatio, totalSteps, power = 1 }: Schedule,
): number {
  const warmup = Math.floor(warmupRatio * totalSteps);
  if (step < warmup) return (learningRate * step) / warmup;
  const left = 1 - Math.min(1, (step - warmup) / Math.max(1, totalSteps - warmup));
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'linear':
      return learningRate * left;
    case 'cosine':
      return (learningRate * (1 + Math.cos(Math.PI * (1 - left)))) / 2;
    case 'polynomial':
      return learningRate * left ** power;
  }
}

/** What `steps` steps of decoupled decay alone leave of a weight: ∏ (1 − ηₜ·λ). */
export function decayFactor(steps: number, weightDecay: number, schedule: Schedule): number {
  let factor = 1;
  for (let step = 0; step < steps; step++) factor *= 1 - learningRateAt(step, schedule) * weightDecay;
  return factor;
}
