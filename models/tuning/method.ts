import type { BertConfig } from '../encoder/bert-config.ts';
import type { DropoutSource } from '../encoder/dropout.ts';
import type { Weights } from '../encoder/layer-weights.ts';
import type { ParameterSpec } from '../encoder/parameters.ts';
import type { Wanted } from '../encoder/wanted.ts';
import type { Tensor } from '../tf.ts';

/** A parameter that a method adds to the model. */
export interface AddedParameter {
  name: string;
  shape: readonly number[];
  /** Its values at the start, drawn from numbers in [0, 1). */
  start(random: () => number): Float32Array;
}

/** What a step computes with. */
export interface Assembled {
  /** All weights of the encoder, with what the method adds worked into them. */
  weights: Weights;
  wanted: Wanted;
}

/** A way to tune a model: what trains, what is added, and how it takes part. */
export interface Tuning {
  /** Base parameters that train, by the names of `describeParameters`. */
  trains: ReadonlySet<string>;
  added: readonly AddedParameter[];
  /** Works the added parameters into the encoder's weights; tensors made here belong to the caller's `tidy`. */
  assemble(weights: Weights, dropout: Pick<DropoutSource, 'seed' | 'step'>): Assembled;
  /** Gradients of all that trains, from what the encoder's backward pass gave for `assembled`. */
  collect(gradients: ReadonlyMap<string, Tensor>, weights: Weights): Map<string, Tensor>;
  /** What the method does beside the gradients; kept in checkpoints. */
  follower?: Follower;
  /** Writes what alone was trained, in the files of the library that defines the method. */
  saveAdapter?(dir: string, options: SaveOptions): void;
  /**
   * False: what was added cannot be merged into the weights. `assemble` then gives it in `wanted` (see `Beside`), and a saved model has it in its
   * folder `adapter/`, whence `loadBeside` takes it.
   */
  merges?: false;
}

export interface SaveOptions {
  baseModel: string;
  /** Names of the classes, in order. */
  classes: readonly string[];
  read: ReadTensor;
}

/** A method's own part in each step of training. */
export interface Follower {
  /** Adds the gradient of the method's penalty; `trained` are the weights before the step. Returns the penalty. */
  penalise(gradients: Map<string, Tensor>, trained: Weights): number;
  /** After step number `step`, counted from 1: sees the gradients as they were applied, and may change weights. */
  after(step: number, gradientOf: (name: string) => Float32Array, parameters: ParameterAccess): void;
  /** All that it remembers, and back again. */
  state(): { name: string; shape: readonly number[]; values: Float32Array }[];
  restore(read: (name: string) => Float32Array): void;
  /** Ranks by linear layer, where the method changes them. */
  ranks?(parameters: Pick<ParameterAccess, 'read'>): { name: string; rank: number }[];
}

export interface ParameterAccess {
  read(name: string): Float32Array;
  write(name: string, values: Float32Array): void;
}

/** What a method may know of the training that it takes part in. */
export interface TuningRun {
  totalSteps: number;
}

/** Reads a trained tensor by our name. */
export type ReadTensor = (name: string) => { shape: readonly number[]; values: Float32Array };

/** Makes a method for one model. Throws TUNING_SETTINGS for settings that this model cannot have. */
export type CreateTuning<C> = (config: C, model: BertConfig, specs: readonly ParameterSpec[], run: TuningRun) => Tuning;
