import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bottleneck } from '../../encoder/bottleneck.ts';
import { writeSafetensors, type NamedArray } from '../../safetensors.ts';
import type { SaveOptions } from '../method.ts';
import { hubName, PARTS } from './hub-names.ts';
import type { AdapterPlace } from './places.ts';

/** The adapter's name in its files. */
const NAME = 'assay';
/** The library whose layout this is; without it, AdapterHub takes `gelu` for another function. */
const VERSION = 'adapters.1.3.0';
const HEAD = ['classifier.weight', 'classifier.bias'] as const;

/**
 * Writes an adapter with its head as AdapterHub does with `use_safetensors` (`load_adapter(dir, use_safetensors=True)` loads it into a
 * BertForSequenceClassification of the base model): adapter_config.json, adapter.safetensors, head_config.json, model_head.safetensors.
 */
export function writeHubAdapter(
  dir: string,
  options: SaveOptions &
    Pick<Bottleneck, 'activation' | 'reads'> & { places: readonly AdapterPlace[]; reduction: number; hidden: number },
): void {
  const { places, reads, activation, reduction, hidden, baseModel, classes, read } = options;
  mkdirSync(dir, { recursive: true });
  const array = (name: string, ours: string): NamedArray => ({
    name,
    shape: read(ours).shape,
    values: () => read(ours).values,
  });
  writeSafetensors(
    join(dir, 'adapter.safetensors'),
    places.flatMap((place) => PARTS.map((part) => array(hubName(place, NAME, part), `${place.key}.${part}`))),
  );
  writeSafetensors(
    join(dir, 'model_head.safetensors'),
    HEAD.map((name) => array(name, name)),
  );
  const about = {
    hidden_size: hidden,
    model_class: 'BertForSequenceClassification',
    model_name: baseModel,
    model_type: 'bert',
    version: VERSION,
  };
  // Scaling is left to its default: AdapterHub wants a float, and JSON from here would say 1.
  const config = {
    mh_adapter: places.some(({ after }) => after === 'attended'),
    output_adapter: places.some(({ after }) => after === 'narrow'),
    reduction_factor: reduction,
    non_linearity: activation,
    original_ln_before: reads === 'norm',
    original_ln_after: true,
    residual_before_ln: true,
    adapter_residual_before_ln: false,
    ln_before: false,
    ln_after: false,
    is_parallel: false,
    phm_layer: false,
    use_gating: false,
    inv_adapter: null,
    cross_adapter: false,
    leave_out: [],
    init_weights: 'bert',
  };
  writeJson(join(dir, 'adapter_config.json'), { config, name: NAME, ...about });
  writeJson(join(dir, 'head_config.json'), {
    config: null,
    name: null,
    label2id: Object.fromEntries(classes.map((name, index) => [name, index])),
    num_labels: classes.length,
    ...about,
  });
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
