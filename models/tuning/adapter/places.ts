import type { Bottleneck, LayerBottlenecks } from '../../encoder/bottleneck.ts';
import { weight, type Weights } from '../../encoder/layer-weights.ts';

/** Where an adapter stands. */
export interface AdapterPlace {
  layer: number;
  /** The sublayer that it stands after. */
  after: 'attended' | 'narrow';
  /** Names its tensors, with these endings: `.down.weight` [size, hidden], `.down.bias` [size], `.up.weight` [hidden, size], `.up.bias` [hidden]. */
  key: string;
}

/** The places after these sublayers, lowest layer first. */
export function adapterPlaces(layers: readonly number[], sublayers: readonly AdapterPlace['after'][]): AdapterPlace[] {
  return layers.flatMap((layer) =>
    sublayers.map((after) => ({ layer, after, key: `layer.${String(layer)}.${after}.adapter` })),
  );
}

/** The adapters by layer, out of tensors by name. */
export function bottlenecksOf(
  weights: Weights,
  places: readonly AdapterPlace[],
  kind: Pick<Bottleneck, 'activation' | 'reads'>,
): LayerBottlenecks[] {
  const layers: LayerBottlenecks[] = [];
  for (const { layer, after, key } of places) {
    const own = (layers[layer] ??= {});
    own[after] = {
      name: key,
      downWeight: weight(weights, `${key}.down.weight`),
      downBias: weight(weights, `${key}.down.bias`),
      upWeight: weight(weights, `${key}.up.weight`),
      upBias: weight(weights, `${key}.up.bias`),
      ...kind,
    };
  }
  return layers;
}
