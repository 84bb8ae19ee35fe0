import {
  add,
  atLeast,
  halfSquareNorm,
  matmul,
  meanFirst,
  meanLast,
  multiply,
  rsqrt,
  scaleOnce,
  square,
} from '../ops.ts';
import { download, tidy, type Tensor } from '../tf.ts';
import { readVariable, setVariable, subtractFrom } from '../variables.ts';
import type { Slot, UpdateRule } from './optimizer.ts';

/** Least of a variance: the epsilon of single precision, squared where it stands below a root, as torch.optim.Adafactor has it. */
const EPSILON_1 = 1.1920928955078125e-7;
/** Least size that a step is measured by. */
const EPSILON_2 = 1e-3;
const DECAY_POWER = -0.8;
const CLIPPING = 1;

/**
 * Adafactor (Shazeer and Stern, 2018), as torch.optim.Adafactor: of a matrix only means of squared gradients by row and by column are kept; steps
 * are relative to the size of the weights, and clipped by their own root mean square.
 */
export function adafactor(): UpdateRule {
  return {
    state: (shape): Record<string, readonly number[]> =>
      shape.length > 1 ? { rows: [...shape.slice(0, -1), 1], columns: [1, shape.at(-1) ?? 1] } : { squares: shape },
    at: (learningRate, time) => (slot, gradient) => {
      tidy(() => {
        const fresh = time ** DECAY_POWER;
        const weights = readVariable(slot.variable);
        const size = weights.shape.reduce((product, length) => product * length, 1);
        const length = Math.max(EPSILON_2, rootMeanSquare(weights, size)) * Math.min(learningRate, 1 / Math.sqrt(time));
        const direction = multiply(rsqrt(atLeast(variance(slot, gradient, fresh), EPSILON_1 ** 2)), gradient);
        const clip = Math.max(1, rootMeanSquare(direction, size) / CLIPPING);
        subtractFrom(slot.variable, scaleOnce(direction, length / clip));
      });
    },
  };
}

/** The running estimate of the squared gradient, brought up to date. */
function variance({ state: { rows, columns, squares } }: Slot, gradient: Tensor, fresh: number): Tensor {
  const squared = square(gradient);
  if (squares !== undefined) return moveTowards(squares, squared, fresh);
  if (rows === undefined || columns === undefined) throw new Error('Adafactor has no means');
  const byRow = moveTowards(rows, meanLast(squared), fresh);
  const byColumn = moveTowards(columns, meanFirst(squared), fresh);
  const whole = atLeast(meanFirst(byRow), EPSILON_1);
  // rows · columns / mean of the rows; 1/x as the square of 1/√x.
  return multiply(matmul(byRow, byColumn), square(rsqrt(whole)));
}

/** variable ← (1 − share)·variable + share·target, and what it then holds. */
function moveTowards(variable: Tensor, target: Tensor, share: number): Tensor {
  const moved = add(scaleOnce(readVariable(variable), 1 - share), scaleOnce(target, share));
  setVariable(variable, moved);
  return moved;
}

function rootMeanSquare(x: Tensor, size: number): number {
  return tidy(() => Math.sqrt((2 * (download(halfSquareNorm(x))[0] ?? 0)) / size));
}
