import type { DropoutSource } from '../encoder/dropout.ts';
import { weight, type LinearName, type Weights } from '../encoder/layer-weights.ts';
import { mergeLowRank, type LowRank } from '../encoder/low-rank.ts';
import type { Tensor } from '../tf.ts';
import type { Assembled } from './method.ts';
import type { LoraPlace } from './lora/modules.ts';

/** Sites of dropout below this are the encoder's own. */
const FIRST_SITE = 512;

/** The encoder's weights with a low-rank pair merged at each place, and what is wanted of the backward pass. */
export function assembleLowRank(options: {
  weights: Weights;
  places: readonly LoraPlace[];
  /** a [rank, in] and b [out, rank], the scale in b. */
  pair(place: LoraPlace): { a: Tensor; b: Tensor };
  dropout: DropoutSource;
  /** Base parameters that train. */
  trains: ReadonlySet<string>;
}): Assembled {
  const { weights, places, pair, dropout, trains } = options;
  const lowRank: Partial<Record<LinearName, LowRank[]>>[] = [];
  places.forEach((place, index) => {
    const { key, layer, linear, from, outputs } = place;
    const parts = (lowRank[layer] ??= {});
    (parts[linear] ??= []).push({ name: key, from, size: outputs, ...pair(place), dropout, site: FIRST_SITE + index });
  });
  const all = new Map(weights);
  lowRank.forEach((linears, layer) => {
    for (const [linear, parts] of Object.entries(linears)) {
      const name = `layer.${String(layer)}.${linear}.weight`;
      all.set(name, mergeLowRank(weight(weights, name), parts));
    }
  });
  return { weights: all, wanted: { parameters: trains, lowRank } };
}
