import { availableParallelism } from 'node:os';
import util from 'node:util';
import { AssayError } from '../contracts/errors.ts';
import type { ComputeSettings, DeviceReport } from '../contracts/training.ts';

/**
 * The one door to TensorFlow. Ops run eagerly through TensorFlow.js's binding by their TensorFlow names, which reaches kernels that
 * TensorFlow.js does not wrap (fused Adam, batched products of transposed operands, bias gradients) and spares its tape.
 */

/** A tensor that lives in the library until it is disposed of. */
export class Tensor {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;

  constructor(id: number, shape: readonly number[], dtype: number) {
    this.id = id;
    this.shape = shape;
    this.dtype = dtype;
  }
}

// TF_DataType and TF_AttrType of tensorflow/c/tf_datatype.h and tf_attrtype.h, a stable interface.
export const FLOAT = 1;
export const INT32 = 3;
export const BOOL = 10;
export const UINT16 = 17;
const ATTRIBUTE_TYPES = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const;

export interface Attribute {
  name: string;
  type: number;
  value: unknown;
}

export function attribute(type: keyof typeof ATTRIBUTE_TYPES, name: string, value: unknown): Attribute {
  return { name, type: ATTRIBUTE_TYPES[type], value };
}

interface Binding {
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): { id: number; shape: number[]; dtype: number }[];
  isUsingGpuDevice(): boolean;
  TF_Version: string;
}

let opened: Promise<DeviceReport> | undefined;
let native: Binding | undefined;
let live = 0;
const scopes: Set<Tensor>[] = [];

/** Loads the library at the first call and says what it runs on. Throws DEVICE_MISSING, TENSORFLOW_NOT_LOADED. */
export function openDevice(compute: ComputeSettings): Promise<DeviceReport> {
  opened ??= load(compute);
  return opened;
}

async function load({ device, threads }: ComputeSettings): Promise<DeviceReport> {
  // The library takes these settings from the environment of its process alone, when it is loaded.
  if (threads > 0) process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
  if (device === 'cpu') process.env['CUDA_VISIBLE_DEVICES'] = '';
  // Node 23 removed two functions that TensorFlow.js calls.
  if (!('isNullOrUndefined' in util))
    Object.assign(util, {
      isNullOrUndefined: (value: unknown) => value === null || value === undefined,
      isArray: (value: unknown) => Array.isArray(value),
    });
  const tf = await import('@tensorflow/tfjs-node-gpu').catch((cause: unknown) => {
    throw new AssayError('TENSORFLOW_NOT_LOADED', { problem: cause instanceof Error ? cause.message : '' }, { cause });
  });
  const backend: unknown = tf.backend();
  if (!hasBinding(backend)) throw new AssayError('TENSORFLOW_NOT_LOADED', { problem: 'another backend was chosen' });
  native = backend.binding;
  const onGpu = native.isUsingGpuDevice();
  if (device === 'gpu' && !onGpu) throw new AssayError('DEVICE_MISSING', {});
  return {
    device: onGpu ? 'gpu' : 'cpu',
    library: `tensorflow ${native.TF_Version} on ${onGpu ? 'GPU' : 'CPU'}`,
    threads: threads > 0 ? threads : availableParallelism(),
  };
}

function hasBinding(backend: unknown): backend is { binding: Binding } {
  return typeof backend === 'object' && backend !== null && 'binding' in backend;
}

function binding(): Binding {
  if (native === undefined) throw new Error('openDevice comes before any tensor');
  return native;
}

function own(info: { id: number; shape: readonly number[]; dtype: number }): Tensor {
  const tensor = new Tensor(info.id, info.shape, info.dtype);
  live++;
  scopes.at(-1)?.add(tensor);
  return tensor;
}

/** Runs one TensorFlow op; its outputs belong to the innermost `tidy`, or to the caller. */
export function execute(
  op: string,
  attributes: readonly Attribute[],
  inputs: readonly Tensor[],
  outputs: number,
): Tensor[] {
  const ids: number[] = [];
  for (const input of inputs) ids.push(input.id);
  return binding().executeOp(op, attributes, ids, outputs).map(own);
}

/** Runs an op that has one output. */
export function executeOne(op: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): Tensor {
  const [output] = execute(op, attributes, inputs, 1);
  if (output === undefined) throw new Error(`${op} has no output`);
  return output;
}

/** A copy of the values in the library's memory. */
export function upload(shape: readonly number[], values: Float32Array | Int32Array): Tensor {
  const dtype = values instanceof Float32Array ? FLOAT : INT32;
  return own({ id: binding().createTensor(shape, dtype, values), shape, dtype });
}

/** The values of a float tensor, in row-major order. */
export function download(tensor: Tensor): Float32Array {
  const values = binding().tensorDataSync(tensor.id);
  if (!(values instanceof Float32Array)) throw new Error('not a tensor of floats');
  return values;
}

export function dispose(...tensors: readonly Tensor[]): void {
  for (const tensor of tensors) {
    for (const scope of scopes) scope.delete(tensor);
    binding().deleteTensor(tensor.id);
    live--;
  }
}

/** Runs the function and disposes of every tensor made in it, except those in its result, which may be nested in arrays and objects. */
export function tidy<T>(run: () => T): T {
  const scope = new Set<Tensor>();
  scopes.push(scope);
  try {
    const result = run();
    scopes.pop();
    release(result, scope, scopes.at(-1));
    return result;
  } catch (error) {
    if (scopes.at(-1) === scope) scopes.pop();
    throw error;
  } finally {
    for (const tensor of scope) {
      binding().deleteTensor(tensor.id);
      live--;
    }
  }
}

function release(value: unknown, from: Set<Tensor>, to: Set<Tensor> | undefined): void {
  if (value instanceof Tensor) {
    if (from.delete(value)) to?.add(value);
  } else if (value instanceof Map || Array.isArray(value)) {
    for (const item of value.values()) release(item, from, to);
  } else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const item of Object.values(value)) release(item, from, to);
  }
}

/** Takes a tensor out of every `tidy`: it lives until it is disposed of. */
export function keep(tensor: Tensor): Tensor {
  for (const scope of scopes) scope.delete(tensor);
  return tensor;
}

/** Tensors in the library's memory. */
export function liveTensors(): number {
  return live;
}
