import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../../contracts/errors.ts';
import type { Activation } from '../../encoder/activation.ts';
import type { BertConfig } from '../../encoder/bert-config.ts';
import { openSafetensors, type TensorFile } from '../../safetensors.ts';
import type { ReadSavedParts, SavedParts } from '../saved.ts';
import { hubName, PARTS, type AdapterPart } from './hub-names.ts';
import { adapterPlaces, bottlenecksOf, type AdapterPlace } from './places.ts';

const TENSORS = 'adapter.safetensors';
/** Settings of AdapterHub that a bottleneck adapter may have only so here. Where one is absent it is so. */
const ONLY: Record<string, unknown> = {
  original_ln_after: true,
  residual_before_ln: true,
  ln_before: false,
  ln_after: false,
  is_parallel: false,
  phm_layer: false,
  use_gating: false,
  scaling: 1,
  inv_adapter: null,
};
const ACTIVATIONS: Record<string, Activation> = { relu: 'relu', gelu: 'gelu', swish: 'swish', silu: 'swish' };
/** Files older than AdapterHub's `version` called another function gelu. */
const OLD_ACTIVATIONS: Record<string, Activation> = { relu: 'relu', gelu_orig: 'gelu', swish: 'swish' };

/**
 * A bottleneck adapter that AdapterHub saved with `use_safetensors`, without its head, which a saved model has in its own weights. Undefined when the configuration is of something else. Throws MODEL_FILE_UNREADABLE for forms, names or shapes that do not fit.
 */
export const readHubAdapter: ReadSavedParts = (dir, stored, model) => {
  const { config, name, version } = stored;
  if (!isObject(config) || typeof config['non_linearity'] !== 'string') return undefined;
  if (typeof name !== 'string') throw unusable('the adapter has no name');
  for (const [setting, value] of Object.entries(ONLY))
    if (config[setting] !== undefined && config[setting] !== value)
      throw unusable(`${setting} is ${JSON.stringify(config[setting])}; only ${JSON.stringify(value)} is supported`);
  const activation = (version === undefined ? OLD_ACTIVATIONS : ACTIVATIONS)[config['non_linearity']];
  if (activation === undefined) throw unusable(`the activation ${config['non_linearity']} is not supported`);
  const sublayers: AdapterPlace['after'][] = [];
  if (config['mh_adapter'] === true) sublayers.push('attended');
  if (config['output_adapter'] === true) sublayers.push('narrow');
  const leftOut: unknown = config['leave_out'] ?? [];
  const layers = Array.from({ length: model.layers }, (_, layer) => layer);
  const places = adapterPlaces(
    layers.filter((layer) => !(Array.isArray(leftOut) && leftOut.includes(layer))),
    sublayers,
  );
  const reads = config['original_ln_before'] === true ? 'norm' : 'output';
  return {
    tensors: readTensors(dir, places, name, model),
    beside: (tensors) => ({ bottlenecks: bottlenecksOf(tensors, places, { activation, reads }) }),
  };
};

function readTensors(
  dir: string,
  places: readonly AdapterPlace[],
  name: string,
  { hidden }: BertConfig,
): SavedParts['tensors'] {
  if (!existsSync(join(dir, TENSORS)))
    throw unusable('it is missing; AdapterHub writes it when it saves with use_safetensors=True', TENSORS);
  const file = openSafetensors(join(dir, TENSORS));
  try {
    const tensors = new Map<string, { shape: readonly number[]; values: Float32Array }>();
    for (const place of places) {
      // The size is that of the file: a reduction may differ from layer to layer.
      const size = storedShape(file, hubName(place, name, 'down.weight'))?.[0] ?? 0;
      const shapes: Record<AdapterPart, readonly number[]> = {
        'down.weight': [size, hidden],
        'down.bias': [size],
        'up.weight': [hidden, size],
        'up.bias': [hidden],
      };
      for (const part of PARTS) {
        const stored = hubName(place, name, part);
        const have = storedShape(file, stored)?.join('×');
        const shape = shapes[part];
        if (have !== shape.join('×'))
          throw unusable(`${stored} is ${have ?? 'missing'}, not ${shape.join('×')}`, TENSORS);
        tensors.set(`${place.key}.${part}`, { shape, values: file.read(nameIn(file, stored)) });
      }
    }
    const extra = file.shapes.size - tensors.size;
    if (extra > 0) throw unusable(`${String(extra)} of its tensors belong to no place of this model`, TENSORS);
    return tensors;
  } finally {
    file.close();
  }
}

/** Of a model without a head the names have no `bert.` before them. */
function nameIn(file: TensorFile, name: string): string {
  return file.shapes.has(name) ? name : name.replace(/^bert\./, '');
}

function storedShape(file: TensorFile, name: string): readonly number[] | undefined {
  return file.shapes.get(nameIn(file, name));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function unusable(problem: string, file = 'adapter_config.json'): AssayError {
  return new AssayError('MODEL_FILE_UNREADABLE', { file, problem });
}
