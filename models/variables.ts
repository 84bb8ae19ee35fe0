import { attribute, dispose, execute, executeOne, FLOAT, upload, type Tensor } from './tf.ts';

const VALUE = [attribute('type', 'dtype', FLOAT)];
const APPLY = [attribute('type', 'T', FLOAT), attribute('bool', 'use_locking', false)];
const ADAM = [...APPLY, attribute('bool', 'use_nesterov', false)];
let named = 0;

/** A variable of the library: its handle is a tensor; what it holds is updated in place, without a copy. */
export function createVariable(shape: readonly number[], values: Float32Array): Tensor {
  const name = `v${String(named++)}`;
  const handle = executeOne(
    'VarHandleOp',
    [
      ...VALUE,
      attribute('shape', 'shape', shape),
      attribute('string', 'container', ''),
      attribute('string', 'shared_name', name),
    ],
    [],
  );
  assign(handle, shape, values);
  return handle;
}

export function assign(variable: Tensor, shape: readonly number[], values: Float32Array): void {
  const value = upload(shape, values);
  execute('AssignVariableOp', VALUE, [variable, value], 0);
  dispose(value);
}

/** What the variable holds, sharing its memory: dispose of it before the next update, or that update copies the whole. */
export function readVariable(variable: Tensor): Tensor {
  return executeOne('ReadVariableOp', VALUE, [variable]);
}

/** variable ← value */
export function setVariable(variable: Tensor, value: Tensor): void {
  execute('AssignVariableOp', VALUE, [variable, value], 0);
}

/** variable −= value */
export function subtractFrom(variable: Tensor, value: Tensor): void {
  execute('AssignSubVariableOp', VALUE, [variable, value], 0);
}

/** Frees what the variable holds; its handle is still to be disposed of. */
export function destroyVariable(variable: Tensor): void {
  execute('DestroyResourceOp', [attribute('bool', 'ignore_lookup_error', true)], [variable], 0);
  dispose(variable);
}

export interface AdamScalars {
  beta1Power: Tensor;
  beta2Power: Tensor;
  learningRate: Tensor;
  beta1: Tensor;
  beta2: Tensor;
  epsilon: Tensor;
}

/** One fused pass: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², variable −= η·√(1−β₂ᵗ)/(1−β₁ᵗ)·m/(√v + ε). */
export function applyAdam(variable: Tensor, m: Tensor, v: Tensor, gradient: Tensor, scalars: AdamScalars): void {
  const { beta1Power, beta2Power, learningRate, beta1, beta2, epsilon } = scalars;
  execute(
    'ResourceApplyAdam',
    ADAM,
    [variable, m, v, beta1Power, beta2Power, learningRate, beta1, beta2, epsilon, gradient],
    0,
  );
}

/** accumulated ← momentum · accumulated + gradient; variable −= rate · accumulated, or rate · (gradient + momentum · accumulated). */
export function applyMomentum(
  variable: Tensor,
  accumulated: Tensor,
  rate: Tensor,
  gradient: Tensor,
  momentum: Tensor,
  nesterov: boolean,
): void {
  const attributes = [...APPLY, attribute('bool', 'use_nesterov', nesterov)];
  execute('ResourceApplyMomentum', attributes, [variable, accumulated, rate, gradient, momentum], 0);
}
