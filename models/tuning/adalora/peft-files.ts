import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdaLoraTuning } from '../../../contracts/tuning.ts';
import type { BertConfig } from '../../encoder/bert-config.ts';
import { writeSafetensors } from '../../safetensors.ts';
import { peftPath, targetModules } from '../lora/peft-files.ts';
import { linearsOf, loraPlaces } from '../lora/modules.ts';
import type { ReadTensor } from '../method.ts';

/** Writes an AdaLoRA adapter as PEFT does: pruned triplets are left out, and `rank_pattern` says which they were. */
export function writePeftAdaLora(
  dir: string,
  options: { config: AdaLoraTuning; model: BertConfig; totalSteps: number; baseModel: string; read: ReadTensor },
): void {
  const { config, model, totalSteps, baseModel, read } = options;
  const places = loraPlaces(
    model.layers,
    config.modules.flatMap((module) => linearsOf(module, model)),
  );
  const pattern: Record<string, boolean[]> = {};
  const arrays = places.flatMap((place) => {
    const { key, inputs, outputs } = place;
    const path = peftPath(place);
    const rank = config.initialRank;
    const values = read(`${key}.e`).values;
    const kept = Array.from(values.keys()).filter((r) => values[r] !== 0);
    pattern[`${path.replace('base_model.model.', '')}.lora_E`] = Array.from(values, (value) => value !== 0);
    const [q, p] = [read(`${key}.q`).values, read(`${key}.p`).values];
    const rows = Float32Array.from(kept.flatMap((r) => [...q.subarray(r * inputs, (r + 1) * inputs)]));
    const columns = Float32Array.from({ length: outputs * kept.length }, (_, i) => {
      const [row, column] = [Math.floor(i / kept.length), i % kept.length];
      return p[row * rank + (kept[column] ?? 0)] ?? 0;
    });
    return [
      { name: `${path}.lora_A`, shape: [kept.length, inputs], values: () => rows },
      { name: `${path}.lora_B`, shape: [outputs, kept.length], values: () => columns },
      {
        name: `${path}.lora_E`,
        shape: [kept.length, 1],
        values: () => Float32Array.from(kept, (r) => values[r] ?? 0),
      },
    ];
  });
  const head = ['classifier.weight', 'classifier.bias'].map((name) => ({
    name: `base_model.model.${name}`,
    shape: read(name).shape,
    values: () => read(name).values,
  }));
  mkdirSync(dir, { recursive: true });
  writeSafetensors(join(dir, 'adapter_model.safetensors'), [...arrays, ...head]);
  const { initialRank, targetRank, alpha, dropout, tInit, tFinal, deltaT, beta1, beta2, orthogonality } = config;
  const peft = {
    peft_type: 'ADALORA',
    task_type: 'SEQ_CLS',
    base_model_name_or_path: baseModel,
    init_r: initialRank,
    target_r: targetRank,
    r: initialRank,
    lora_alpha: alpha,
    lora_dropout: dropout,
    tinit: tInit,
    tfinal: tFinal,
    deltaT,
    beta1,
    beta2,
    orth_reg_weight: orthogonality,
    total_step: totalSteps,
    rank_pattern: pattern,
    target_modules: targetModules(places),
    modules_to_save: ['classifier', 'score'],
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
  };
  writeFileSync(join(dir, 'adapter_config.json'), `${JSON.stringify(peft, null, 2)}\n`);
}
