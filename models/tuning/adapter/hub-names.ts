import type { AdapterPlace } from './places.ts';

/** An adapter's tensors by our endings. */
export const PARTS = ['down.weight', 'down.bias', 'up.weight', 'up.bias'] as const;
export type AdapterPart = (typeof PARTS)[number];

const SUBLAYER = { attended: 'attention.output', narrow: 'output' } as const;
const HUB_PART = {
  'down.weight': 'adapter_down.0.weight',
  'down.bias': 'adapter_down.0.bias',
  'up.weight': 'adapter_up.weight',
  'up.bias': 'adapter_up.bias',
} as const satisfies Record<AdapterPart, string>;

/** What AdapterHub calls a tensor of the adapter `name` in a BERT with a head. */
export function hubName({ layer, after }: AdapterPlace, name: string, part: AdapterPart): string {
  return `bert.encoder.layer.${String(layer)}.${SUBLAYER[after]}.adapters.${name}.${HUB_PART[part]}`;
}
