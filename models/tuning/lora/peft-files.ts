import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../../contracts/errors.ts';
import { TUNED_MODULES, type LoraTuning, type TunedModule } from '../../../contracts/tuning.ts';
import type { BertConfig } from '../../encoder/bert-config.ts';
import { openSafetensors, writeSafetensors, type NamedArray } from '../../safetensors.ts';
import type { ReadTensor } from '../method.ts';
import { linearsOf, loraPlaces, type LoraPlace } from './modules.ts';

const CONFIG = 'adapter_config.json';
const TENSORS = 'adapter_model.safetensors';
const HEAD = ['classifier.weight', 'classifier.bias'] as const;

/** Writes a LoRA adapter with its head as PEFT does (`PeftModel.from_pretrained` loads the folder on the base model). */
export function writePeftLora(
  dir: string,
  options: { config: LoraTuning; model: BertConfig; baseModel: string; read: ReadTensor },
): void {
  const { config, model, baseModel, read } = options;
  const places = placesOf(config, model);
  mkdirSync(dir, { recursive: true });
  const array = (name: string, ours: string): NamedArray => ({
    name,
    shape: read(ours).shape,
    values: () => read(ours).values,
  });
  writeSafetensors(join(dir, TENSORS), [
    ...places.flatMap((place) => [
      array(`${peftPath(place)}.lora_A.weight`, `${place.key}.a`),
      array(`${peftPath(place)}.lora_B.weight`, `${place.key}.b`),
    ]),
    ...HEAD.map((name) => array(`base_model.model.${name}`, name)),
  ]);
  const peft = {
    peft_type: 'LORA',
    task_type: 'SEQ_CLS',
    base_model_name_or_path: baseModel,
    r: config.rank,
    lora_alpha: config.alpha,
    lora_dropout: config.dropout,
    target_modules: targetModules(places),
    modules_to_save: ['classifier', 'score'],
    bias: 'none',
    fan_in_fan_out: false,
    use_rslora: false,
    use_dora: false,
    inference_mode: true,
  };
  writeFileSync(join(dir, CONFIG), `${JSON.stringify(peft, null, 2)}\n`);
}

/**
 * A LoRA adapter that PEFT saved, for this model: the settings, and the tensors by our names.
 * Throws MODEL_FILE_UNREADABLE for what is not such an adapter, or has other modules or shapes.
 */
export function readPeftLora(
  dir: string,
  model: BertConfig,
): { config: LoraTuning; tensors: Map<string, { shape: readonly number[]; values: Float32Array }> } {
  const unusable = (problem: string, file = CONFIG): AssayError =>
    new AssayError('MODEL_FILE_UNREADABLE', { file, problem });
  const stored = readConfig(join(dir, CONFIG), unusable);
  for (const setting of ['use_rslora', 'use_dora', 'fan_in_fan_out'] as const)
    if (stored[setting] === true) throw unusable(`${setting} is not supported`);
  const { r, lora_alpha: alpha, lora_dropout: dropout = 0 } = stored;
  if (typeof r !== 'number' || typeof alpha !== 'number' || typeof dropout !== 'number')
    throw unusable('r, lora_alpha and lora_dropout must be numbers');
  const file = openSafetensors(join(dir, TENSORS));
  try {
    const has = (module: TunedModule): boolean =>
      placesOf({ modules: [module] }, model).every((place) => file.shapes.has(`${peftPath(place)}.lora_A.weight`));
    const config: LoraTuning = { method: 'lora', rank: r, alpha, dropout, modules: TUNED_MODULES.filter(has) };
    const tensors = new Map<string, { shape: readonly number[]; values: Float32Array }>();
    const take = (name: string, ours: string): void => {
      tensors.set(ours, { shape: file.shapes.get(name) ?? [], values: file.read(name) });
    };
    for (const place of placesOf(config, model)) {
      take(`${peftPath(place)}.lora_A.weight`, `${place.key}.a`);
      take(`${peftPath(place)}.lora_B.weight`, `${place.key}.b`);
      const shapes = [
        [`${place.key}.a`, [r, place.inputs]],
        [`${place.key}.b`, [place.outputs, r]],
      ] as const;
      for (const [name, shape] of shapes)
        if (tensors.get(name)?.shape.join('×') !== shape.join('×'))
          throw unusable(
            `${name} is ${tensors.get(name)?.shape.join('×') ?? 'missing'}, not ${shape.join('×')}`,
            TENSORS,
          );
    }
    for (const name of HEAD) if (file.shapes.has(`base_model.model.${name}`)) take(`base_model.model.${name}`, name);
    const extra = file.shapes.size - tensors.size;
    if (extra > 0) throw unusable(`${String(extra)} of its tensors belong to no module of this model`, TENSORS);
    return { config, tensors };
  } finally {
    file.close();
  }
}

function readConfig(path: string, unusable: (problem: string) => AssayError): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw unusable('it is missing or not JSON');
  }
  const config = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (config['peft_type'] !== 'LORA') throw unusable(`its peft_type is ${String(config['peft_type'])}, not LORA`);
  return config;
}

function placesOf({ modules }: Pick<LoraTuning, 'modules'>, model: BertConfig): LoraPlace[] {
  return loraPlaces(
    model.layers,
    modules.flatMap((module) => linearsOf(module, model)),
  );
}

/** A module's path in the files of PEFT. */
export function peftPath({ layer, path }: LoraPlace): string {
  return `base_model.model.bert.encoder.layer.${String(layer)}.${path}`;
}

/** A pattern of whole paths: the name output.dense alone would also take the one inside attention. */
export function targetModules(places: readonly LoraPlace[]): string {
  const paths = [...new Set(places.map(({ path }) => path.replaceAll('.', '\\.')))];
  return `.*\\.encoder\\.layer\\.\\d+\\.(${paths.join('|')})`;
}
