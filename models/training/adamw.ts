import { halfSquareNorm, multiply, stack } from '../ops.ts';
import { dispose, download, tidy, upload, type Tensor } from '../tf.ts';
import {
  applyAdam,
  assign,
  createVariable,
  destroyVariable,
  readVariable,
  subtractFrom,
  type AdamScalars,
} from '../variables.ts';

export interface AdamWSettings {
  weightDecay: number;
  /** Global L2 norm; 0 turns clipping off. */
  maxGradientNorm: number;
}

export interface ParameterState {
  shape: readonly number[];
  weights: Float32Array;
  /** Moments; 0 at the start. */
  m?: Float32Array;
  v?: Float32Array;
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;
/** As torch.nn.utils.clip_grad_norm_ has it. */
const CLIP_EPSILON = 1e-6;

interface Slot {
  shape: readonly number[];
  variable: Tensor;
  m: Tensor;
  v: Tensor;
}

export type Part = 'weights' | 'm' | 'v';

/** Trained weights with their moments, in the library's memory. */
export interface AdamW {
  /** The weights as they are, sharing memory with the variables: dispose of them before `step`. */
  weights(): Map<string, Tensor>;
  /**
   * One update (Loshchilov and Hutter, 2019): gradients clipped to the global norm, θ ← θ − ηλθ for matrices (no decay on biases and norms),
   * then Adam with bias correction. `time` counts from 1. Returns the norm before clipping; when that is not finite, nothing is changed.
   */
  step(gradients: ReadonlyMap<string, Tensor>, learningRate: number, time: number): number;
  write(name: string, values: Float32Array): void;
  /** A copy of one tensor's values. */
  read(name: string, part: Part): Float32Array;
  names(): string[];
  shape(name: string): readonly number[];
  dispose(): void;
}

export function createAdamW(parameters: ReadonlyMap<string, ParameterState>, settings: AdamWSettings): AdamW {
  const slots = new Map<string, Slot>();
  for (const [name, { shape, weights, m, v }] of parameters) {
    const zeros = (): Float32Array => new Float32Array(weights.length);
    slots.set(name, {
      shape,
      variable: createVariable(shape, weights),
      m: createVariable(shape, m ?? zeros()),
      v: createVariable(shape, v ?? zeros()),
    });
  }
  const slotOf = (name: string): Slot => {
    const slot = slots.get(name);
    if (slot === undefined) throw new Error(`there is no parameter ${name}`);
    return slot;
  };
  return {
    weights: () => new Map([...slots].map(([name, { variable }]) => [name, readVariable(variable)])),
    step: (gradients, learningRate, time) =>
      tidy(() => {
        const norm = globalNorm([...gradients.values()]);
        if (!Number.isFinite(norm)) return norm;
        const { maxGradientNorm, weightDecay } = settings;
        const clip = clipFactor(norm, maxGradientNorm);
        const scalars = adamScalars(learningRate, time);
        const factor = upload([], Float32Array.of(clip));
        const decay = upload([], Float32Array.of(learningRate * weightDecay));
        for (const [name, gradient] of gradients) {
          const { shape, variable, m, v } = slotOf(name);
          if (weightDecay > 0 && shape.length > 1) shrink(variable, decay);
          const clipped = clip < 1 ? multiply(gradient, factor) : gradient;
          applyAdam(variable, m, v, clipped, scalars);
          if (clipped !== gradient) dispose(clipped);
        }
        return norm;
      }),
    write(name, values) {
      const { variable, shape } = slotOf(name);
      assign(variable, shape, values);
    },
    read(name, part) {
      const slot = slotOf(name);
      return tidy(() => download(readVariable(part === 'weights' ? slot.variable : slot[part])));
    },
    names: () => [...slots.keys()],
    shape: (name) => slotOf(name).shape,
    dispose() {
      for (const { variable, m, v } of slots.values()) for (const held of [variable, m, v]) destroyVariable(held);
      slots.clear();
    },
  };
}

/** What gradients of this global norm are multiplied by; a limit of 0 turns clipping off. */
export function clipFactor(norm: number, limit: number): number {
  return limit > 0 ? Math.min(1, limit / (norm + CLIP_EPSILON)) : 1;
}

/** √Σg² over all gradients, summed in double precision. */
function globalNorm(gradients: readonly Tensor[]): number {
  const halves = tidy(() => download(stack(gradients.map(halfSquareNorm))));
  return Math.sqrt(2 * halves.reduce((sum, half) => sum + half, 0));
}

/** The bias corrections are taken into the rate and ε in double precision: the library's own are in single, and lose four digits at the start. */
function adamScalars(learningRate: number, time: number): AdamScalars {
  const scalar = (value: number): Tensor => upload([], Float32Array.of(value));
  const correction = Math.sqrt(1 - BETA_2 ** time);
  return {
    beta1Power: scalar(0),
    beta2Power: scalar(0),
    learningRate: scalar((learningRate * correction) / (1 - BETA_1 ** time)),
    beta1: scalar(BETA_1),
    beta2: scalar(BETA_2),
    epsilon: scalar(EPSILON * correction),
  };
}

/** variable −= decay · variable. The value that is read shares the variable's memory, so it goes before the update. */
function shrink(variable: Tensor, decay: Tensor): void {
  const value = readVariable(variable);
  const loss = multiply(value, decay);
  dispose(value);
  subtractFrom(variable, loss);
  dispose(loss);
}
