import {
  attribute,
  BOOL,
  dispose,
  execute,
  executeOne,
  FLOAT,
  INT32,
  keep,
  UINT16,
  upload,
  type Attribute,
  type Tensor,
} from './tf.ts';

/** TensorFlow ops on float tensors, named as the mathematics names them. Shapes broadcast as in NumPy where an op takes two tensors. */

const T = [attribute('type', 'T', FLOAT)];
const REDUCE = [...T, attribute('type', 'Tidx', INT32), attribute('bool', 'keep_dims', true)];
const products = new Map<string, Attribute[]>();
const constants = new Map<string, Tensor>();

export const add = (a: Tensor, b: Tensor): Tensor => executeOne('AddV2', T, [a, b]);
export const subtract = (a: Tensor, b: Tensor): Tensor => executeOne('Sub', T, [a, b]);
export const multiply = (a: Tensor, b: Tensor): Tensor => executeOne('Mul', T, [a, b]);
export const scale = (a: Tensor, factor: number): Tensor => executeOne('Mul', T, [a, scalar(factor)]);
export const erf = (a: Tensor): Tensor => executeOne('Erf', T, [a]);
export const exp = (a: Tensor): Tensor => executeOne('Exp', T, [a]);
export const square = (a: Tensor): Tensor => executeOne('Square', T, [a]);
export const tanh = (a: Tensor): Tensor => executeOne('Tanh', T, [a]);
export const sigmoid = (a: Tensor): Tensor => executeOne('Sigmoid', T, [a]);
export const relu = (a: Tensor): Tensor => executeOne('Relu', T, [a]);
/** −1, 0 or 1. */
export const sign = (a: Tensor): Tensor => executeOne('Sign', T, [a]);
export const rsqrt = (a: Tensor): Tensor => executeOne('Rsqrt', T, [a]);
/** dy · (1 − y²), for y = tanh(x). */
export const tanhGradient = (y: Tensor, dy: Tensor): Tensor => executeOne('TanhGrad', T, [y, dy]);
export const softmax = (a: Tensor): Tensor => executeOne('Softmax', T, [a]);
/** x [n, m] + bias [m] */
export const addBias = (x: Tensor, bias: Tensor): Tensor => executeOne('BiasAdd', T, [x, bias]);
/** Sum over the rows of dy [n, m] → [m] */
export const biasGradient = (dy: Tensor): Tensor => executeOne('BiasAddGrad', T, [dy]);
/** Half the sum of squares. */
export const halfSquareNorm = (a: Tensor): Tensor => executeOne('L2Loss', T, [a]);

/** Mean over the last axis, which stays with size 1. */
export function meanLast(x: Tensor): Tensor {
  return executeOne('Mean', REDUCE, [x, axis(x.shape.length - 1)]);
}

/** Mean over the first axis, which stays with size 1. */
export function meanFirst(x: Tensor): Tensor {
  return executeOne('Mean', REDUCE, [x, axis(0)]);
}

/** x where it is above the bound, else the bound. */
export function atLeast(x: Tensor, bound: number): Tensor {
  return executeOne('Maximum', T, [x, scalar(bound)]);
}

/** x times a number that is not worth keeping as a constant. */
export function scaleOnce(x: Tensor, factor: number): Tensor {
  const tensor = upload([], Float32Array.of(factor));
  const product = executeOne('Mul', T, [x, tensor]);
  dispose(tensor);
  return product;
}

/** Sum over the last axis, which stays with size 1. */
export function sumLast(x: Tensor): Tensor {
  return executeOne('Sum', REDUCE, [x, axis(x.shape.length - 1)]);
}

/** a · b of matrices, each transposed first where asked. */
export function matmul(a: Tensor, b: Tensor, { transposeA = false, transposeB = false } = {}): Tensor {
  const attributes = product(`${String(transposeA)} ${String(transposeB)}`, () => [
    ...T,
    attribute('bool', 'transpose_a', transposeA),
    attribute('bool', 'transpose_b', transposeB),
  ]);
  return executeOne('MatMul', attributes, [a, b]);
}

/** a · b over the last two axes, each transposed first where asked. */
export function batchMatmul(a: Tensor, b: Tensor, { transposeA = false, transposeB = false } = {}): Tensor {
  const attributes = product(`batch ${String(transposeA)} ${String(transposeB)}`, () => [
    ...T,
    attribute('bool', 'adj_x', transposeA),
    attribute('bool', 'adj_y', transposeB),
  ]);
  return executeOne('BatchMatMulV2', attributes, [a, b]);
}

export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  const attributes = [attribute('type', 'T', x.dtype), attribute('type', 'Tshape', INT32)];
  return withIntegers([shape], ([target]) => executeOne('Reshape', attributes, [x, target]));
}

export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  const order = constant(`order ${permutation.join()}`, () => integers(permutation));
  return executeOne('Transpose', [...T, attribute('type', 'Tperm', INT32)], [x, order]);
}

/** The slices along the first axis, without copying. */
export function unstack(x: Tensor): Tensor[] {
  const count = x.shape[0] ?? 0;
  return execute('Unpack', [...T, attribute('int', 'num', count), attribute('int', 'axis', 0)], [x], count);
}

/** Equal shapes, put along a new first axis. */
export function stack(tensors: readonly Tensor[]): Tensor {
  return executeOne('Pack', [...T, attribute('int', 'N', tensors.length), attribute('int', 'axis', 0)], tensors);
}

/** Joined along an axis, the first when none is named. */
export function concatenate(tensors: readonly Tensor[], along = 0): Tensor {
  const attributes = [...T, attribute('int', 'N', tensors.length), attribute('type', 'Tidx', INT32)];
  const where = constant(`concatenate along ${String(along)}`, () => upload([], Int32Array.of(along)));
  return executeOne('ConcatV2', attributes, [...tensors, where]);
}

/** `size` columns of x [n, m], from `begin` on → [n, size] */
export function sliceColumns(x: Tensor, begin: number, size: number): Tensor {
  const attributes = [attribute('type', 'T', x.dtype), attribute('type', 'Index', INT32)];
  return withIntegers(
    [
      [0, begin],
      [x.shape[0] ?? 0, size],
    ],
    ([from, sizes]) => executeOne('Slice', attributes, [x, from, sizes]),
  );
}

/** `size` slices along the first axis, from `begin` on. */
export function sliceFirst(x: Tensor, begin: number, size: number): Tensor {
  const rest = x.shape.slice(1);
  const attributes = [attribute('type', 'T', x.dtype), attribute('type', 'Index', INT32)];
  return withIntegers(
    [
      [begin, ...rest.map(() => 0)],
      [size, ...rest],
    ],
    ([from, sizes]) => executeOne('Slice', attributes, [x, from, sizes]),
  );
}

/** Rows of a table [v, m] by index [n] → [n, m] */
export function gatherRows(table: Tensor, rows: Tensor): Tensor {
  const attributes = [
    attribute('type', 'Tparams', FLOAT),
    attribute('type', 'Tindices', INT32),
    attribute('type', 'Taxis', INT32),
  ];
  return executeOne('GatherV2', attributes, [table, rows, axis0()]);
}

/** Rows [n, m] summed into a table of `count` rows by index [n]; rows that none points to are 0. */
export function sumIntoRows(values: Tensor, rows: Tensor, count: number): Tensor {
  const attributes = [...T, attribute('type', 'Tindices', INT32), attribute('type', 'Tnumsegments', INT32)];
  const segments = upload([], Int32Array.of(count));
  const sums = executeOne('UnsortedSegmentSum', attributes, [values, rows, segments]);
  dispose(segments);
  return sums;
}

/** Cross-entropy of logits [n, c] against probabilities [n, c]: losses [n] and their gradients by logit [n, c]. */
export function softmaxCrossEntropy(logits: Tensor, targets: Tensor): { losses: Tensor; gradient: Tensor } {
  const [losses, gradient] = execute('SoftmaxCrossEntropyWithLogits', T, [logits, targets], 2);
  if (losses === undefined || gradient === undefined) throw new Error('no cross-entropy');
  return { losses, gradient };
}

/**
 * A mask of 1 (kept) and 0 (dropped, with probability `rate` to within 2⁻¹⁷). Stateless (Philox, Salmon et al. 2011): the same seed pair
 * gives the same mask, so that there is no generator to save. Two elements share one 32-bit random number.
 */
export function dropoutMask(shape: readonly number[], rate: number, seed: readonly [number, number]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const words = (size + 1) >> 1;
  const attributes = [
    attribute('type', 'dtype', INT32),
    attribute('type', 'T', INT32),
    attribute('type', 'Tseed', INT32),
  ];
  const random = withIntegers([[words], seed], ([length, key]) =>
    executeOne('StatelessRandomUniformFullInt', attributes, [length, key]),
  );
  const halves = executeOne('Bitcast', [attribute('type', 'T', INT32), attribute('type', 'type', UINT16)], [random]);
  const flat = reshape(halves, [words * 2]);
  const shaped = reshape(words * 2 === size ? flat : sliceFirst(flat, 0, size), shape);
  return executeOne('GreaterEqual', [attribute('type', 'T', UINT16)], [shaped, threshold(rate)]);
}

/** A mask as floats. */
export function asFloats(mask: Tensor): Tensor {
  const attributes = [
    attribute('type', 'SrcT', BOOL),
    attribute('type', 'DstT', FLOAT),
    attribute('bool', 'Truncate', false),
  ];
  return executeOne('Cast', attributes, [mask]);
}

/** A constant that lives as long as the process. */
export function scalar(value: number): Tensor {
  return constant(`float ${String(value)}`, () => upload([], Float32Array.of(value)));
}

function integers(values: readonly number[]): Tensor {
  return upload([values.length], Int32Array.from(values));
}

/** Runs with vectors of integers that go again at once: shapes differ from batch to batch, so they are not kept. */
function withIntegers<const V extends readonly (readonly number[])[]>(
  vectors: V,
  run: (tensors: { [K in keyof V]: Tensor }) => Tensor,
): Tensor {
  const tensors = vectors.map(integers);
  const result = run(tensors as { [K in keyof V]: Tensor });
  dispose(...tensors);
  return result;
}

function axis(number: number): Tensor {
  return constant(`axis ${String(number)}`, () => integers([number]));
}

function axis0(): Tensor {
  return constant('first axis', () => upload([], Int32Array.of(0)));
}

function threshold(rate: number): Tensor {
  const attributes = [
    attribute('type', 'SrcT', INT32),
    attribute('type', 'DstT', UINT16),
    attribute('bool', 'Truncate', false),
  ];
  const value = Math.round(rate * 65536);
  return constant(`half ${String(value)}`, () => {
    const whole = upload([], Int32Array.of(value));
    const half = executeOne('Cast', attributes, [whole]);
    dispose(whole);
    return half;
  });
}

function constant(key: string, make: () => Tensor): Tensor {
  let tensor = constants.get(key);
  if (tensor === undefined) {
    tensor = keep(make());
    constants.set(key, tensor);
  }
  return tensor;
}

function product(key: string, make: () => Attribute[]): Attribute[] {
  let attributes = products.get(key);
  if (attributes === undefined) {
    attributes = make();
    products.set(key, attributes);
  }
  return attributes;
}
