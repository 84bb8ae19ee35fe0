/** Writes the gradient at `point` into `gradient` and returns the value there. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

/**
 * Minimises a smooth convex function from `start` by limited-memory BFGS with ten pairs and a backtracking line search (Nocedal and
 * Wright, Numerical Optimization, algorithms 7.4 and 3.1). Ends when no component of the gradient exceeds `tolerance`.
 */
export function minimise(
  objective: Objective,
  start: Float64Array,
  options: { tolerance: number; maxIterations: number },
): { point: Float64Array; iterations: number } {
  const memory: { step: Float64Array; change: Float64Array; curvature: number }[] = [];
  let point = Float64Array.from(start);
  let gradient = new Float64Array(point.length);
  let value = objective(point, gradient);
  let iterations = 0;
  while (iterations < options.maxIterations && largest(gradient) > options.tolerance) {
    const direction = descent(gradient, memory);
    const slope = dot(gradient, direction);
    let length = memory.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    const candidate = new Float64Array(point.length);
    const candidateGradient = new Float64Array(point.length);
    let candidateValue: number;
    for (;;) {
      for (let i = 0; i < point.length; i++) candidate[i] = (point[i] ?? 0) + length * (direction[i] ?? 0);
      candidateValue = objective(candidate, candidateGradient);
      if (candidateValue <= value + 1e-4 * length * slope) break;
      length /= 2;
      // Rounding hides any further gain: this is the minimum as far as doubles can tell.
      if (length < 1e-12) return { point, iterations };
    }
    const step = subtract(candidate, point);
    const change = subtract(candidateGradient, gradient);
    const curvature = dot(step, change);
    if (curvature > 1e-12 * dot(change, change)) {
      memory.push({ step, change, curvature });
      if (memory.length > 10) memory.shift();
    }
    point = candidate;
    gradient = candidateGradient;
    value = candidateValue;
    iterations++;
  }
  return { point, iterations };
}

/** Minus the approximate inverse Hessian times the gradient: the two-loop recursion. */
function descent(gradient: Float64Array, memory: { step: Float64Array; change: Float64Array; curvature: number }[]) {
  const direction = gradient.map((g) => -g);
  const shares: number[] = [];
  for (const { step, change, curvature } of memory.toReversed()) {
    const share = dot(step, direction) / curvature;
    shares.push(share);
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] ?? 0) - share * (change[i] ?? 0);
  }
  const last = memory.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] ?? 0) * scale;
  }
  for (const { step, change, curvature } of memory) {
    const share = (shares.pop() ?? 0) - dot(change, direction) / curvature;
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] ?? 0) + share * (step[i] ?? 0);
  }
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] ?? 0));
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
