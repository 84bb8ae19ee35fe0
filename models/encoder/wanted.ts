import type { LayerBottlenecks } from './bottleneck.ts';
import type { LinearName } from './layer-weights.ts';
import type { LowRank } from './low-rank.ts';
import type { ParameterSpec } from './parameters.ts';

/** What takes part beside the weights and cannot be merged into them: in training and in prediction. */
export interface Beside {
  /** Bottleneck adapters, by layer. */
  bottlenecks?: readonly LayerBottlenecks[];
}

/** Which gradients a backward pass is asked for: of all that stands beside the weights, and of these. What nobody wants is not computed, nor is anything kept for it. */
export interface Wanted extends Beside {
  /** Base parameters, by the names of `describeParameters`. A linear layer's weight and bias are wanted together, as are a norm's. */
  parameters: ReadonlySet<string>;
  /** Low-rank parts beside a frozen weight, by layer and linear layer. */
  lowRank: readonly Partial<Record<LinearName, readonly LowRank[]>>[];
}

/** Every parameter trains. */
export function wantAll(specs: readonly ParameterSpec[]): Wanted {
  return { parameters: new Set(specs.map(({ name }) => name)), lowRank: [] };
}

/** The lowest layer below which nothing is wanted: −1 when the embeddings are, the number of layers when only the head is. */
export function lowestLayer({ parameters, lowRank, bottlenecks = [] }: Wanted, layers: number): number {
  if ([...parameters].some((name) => name.startsWith('embeddings.'))) return -1;
  for (let i = 0; i < layers; i++) {
    const own = `layer.${String(i)}.`;
    const parts = { ...lowRank[i], ...bottlenecks[i] };
    if (Object.keys(parts).length > 0 || [...parameters].some((name) => name.startsWith(own))) return i;
  }
  return layers;
}
