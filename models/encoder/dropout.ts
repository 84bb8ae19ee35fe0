import { asFloats, dropoutMask, multiply, scale } from '../ops.ts';
import { tidy, type Tensor } from '../tf.ts';

/** Where dropout draws its masks from: `site` numbers the places of one step. Rate 0 is no dropout. */
export interface DropoutSource {
  rate: number;
  seed: number;
  step: number;
}

const SITES_PER_STEP = 1024;

/** A mask for this place and step, or null without dropout. */
export function drawMask(shape: readonly number[], source: DropoutSource, site: number): Tensor | null {
  if (source.rate === 0) return null;
  return tidy(() => dropoutMask(shape, source.rate, [source.seed | 0, (source.step * SITES_PER_STEP + site) | 0]));
}

/** x · mask / (1 − rate); the same for a gradient on its way back. Without a mask, x itself. */
export function applyMask(x: Tensor, mask: Tensor | null, rate: number): Tensor {
  if (mask === null) return x;
  return tidy(() => multiply(x, scale(asFloats(mask), 1 / (1 - rate))));
}
