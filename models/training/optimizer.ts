import { halfSquareNorm, multiply, stack } from '../ops.ts';
import { dispose, download, tidy, upload, type Tensor } from '../tf.ts';
import { assign, createVariable, destroyVariable, readVariable, subtractFrom } from '../variables.ts';

export interface OptimizerSettings {
  /** λ of decoupled decay, θ ← θ − ηλθ, of matrices alone (Loshchilov and Hutter, 2019). */
  weightDecay: number;
  /** Global L2 norm; 0 turns clipping off. */
  maxGradientNorm: number;
  /** What the learning rate of a parameter is multiplied by; 1 when left out. */
  rateOf?: (name: string) => number;
}

export interface ParameterState {
  shape: readonly number[];
  weights: Float32Array;
  /** What the rule keeps, by its names; 0 at the start. */
  state?: Readonly<Record<string, Float32Array>>;
}

/** What an update works on. */
export interface Slot {
  shape: readonly number[];
  variable: Tensor;
  state: Readonly<Record<string, Tensor>>;
}

/** How a parameter follows its gradient. */
export interface UpdateRule {
  /** Shapes of what is kept beside a parameter of this shape. */
  state(shape: readonly number[]): Record<string, readonly number[]>;
  /** Everything one step needs, once for all parameters of one rate; `time` counts from 1. Tensors made here go with the step. */
  at(learningRate: number, time: number): (slot: Slot, gradient: Tensor) => void;
}

/** Trained weights with what an update rule keeps of them, in the library's memory. */
export interface Optimizer {
  /** The weights as they are, sharing memory with the variables: dispose of them before `step`. */
  weights(): Map<string, Tensor>;
  /**
   * One update: gradients clipped to the global norm, decay of matrices (none of biases and norms), then the rule. `time` counts from 1. Returns the
   * norm before clipping; when that is not finite, nothing is changed.
   */
  step(gradients: ReadonlyMap<string, Tensor>, learningRate: number, time: number): number;
  write(name: string, values: Float32Array): void;
  /** A copy of the values of the weights, or of a part of what the rule keeps. */
  read(name: string, part: string): Float32Array;
  names(): string[];
  shape(name: string): readonly number[];
  /** `weights` and what the rule keeps, with their shapes. */
  parts(name: string): { part: string; shape: readonly number[] }[];
  dispose(): void;
}

/** As torch.nn.utils.clip_grad_norm_ has it. */
const CLIP_EPSILON = 1e-6;

export function createOptimizer(
  parameters: ReadonlyMap<string, ParameterState>,
  rule: UpdateRule,
  settings: OptimizerSettings,
): Optimizer {
  const slots = new Map<string, Slot>();
  for (const [name, { shape, weights, state }] of parameters) {
    const kept = Object.entries(rule.state(shape)).map(([part, own]): [string, Tensor] => [
      part,
      createVariable(own, state?.[part] ?? new Float32Array(sizeOf(own))),
    ]);
    slots.set(name, { shape, variable: createVariable(shape, weights), state: Object.fromEntries(kept) });
  }
  const slotOf = (name: string): Slot => {
    const slot = slots.get(name);
    if (slot === undefined) throw new Error(`there is no parameter ${name}`);
    return slot;
  };
  const partOf = (name: string, part: string): Tensor => {
    const slot = slotOf(name);
    const tensor = part === 'weights' ? slot.variable : slot.state[part];
    if (tensor === undefined) throw new Error(`${name} has no ${part}`);
    return tensor;
  };
  const { maxGradientNorm, weightDecay, rateOf = () => 1 } = settings;
  return {
    weights: () => new Map([...slots].map(([name, { variable }]) => [name, readVariable(variable)])),
    step: (gradients, learningRate, time) =>
      tidy(() => {
        const norm = globalNorm([...gradients.values()]);
        if (!Number.isFinite(norm)) return norm;
        const clip = clipFactor(norm, maxGradientNorm);
        const factor = upload([], Float32Array.of(clip));
        const rates = new Map<number, { update: ReturnType<UpdateRule['at']>; decay: Tensor }>();
        for (const [name, gradient] of gradients) {
          const slot = slotOf(name);
          const rate = learningRate * rateOf(name);
          let now = rates.get(rate);
          if (now === undefined) {
            now = { update: rule.at(rate, time), decay: upload([], Float32Array.of(rate * weightDecay)) };
            rates.set(rate, now);
          }
          if (weightDecay > 0 && slot.shape.length > 1) shrink(slot.variable, now.decay);
          const clipped = clip < 1 ? multiply(gradient, factor) : gradient;
          now.update(slot, clipped);
          if (clipped !== gradient) dispose(clipped);
        }
        return norm;
      }),
    write(name, values) {
      const { variable, shape } = slotOf(name);
      assign(variable, shape, values);
    },
    read: (name, part) => tidy(() => download(readVariable(partOf(name, part)))),
    names: () => [...slots.keys()],
    shape: (name) => slotOf(name).shape,
    parts(name) {
      const { shape } = slotOf(name);
      const kept = Object.entries(rule.state(shape)).map(([part, own]) => ({ part, shape: own }));
      return [{ part: 'weights', shape }, ...kept];
    },
    dispose() {
      for (const { variable, state } of slots.values())
        for (const held of [variable, ...Object.values(state)]) destroyVariable(held);
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

/** variable −= decay · variable. The value that is read shares the variable's memory, so it goes before the update. */
function shrink(variable: Tensor, decay: Tensor): void {
  const value = readVariable(variable);
  const loss = multiply(value, decay);
  dispose(value);
  subtractFrom(variable, loss);
  dispose(loss);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
