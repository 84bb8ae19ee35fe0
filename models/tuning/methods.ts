import type { TuningConfig, TuningMethodName } from '../../contracts/tuning.ts';
import type { BertConfig } from '../encoder/bert-config.ts';
import type { ParameterSpec } from '../encoder/parameters.ts';
import { adapter } from './adapter/adapter.ts';
import { adalora } from './adalora/adalora.ts';
import { full } from './full/full.ts';
import { lora } from './lora/lora.ts';
import type { CreateTuning, Tuning, TuningRun } from './method.ts';
import { top } from './top/top.ts';

/** Every method, one line each. */
const METHODS: { [M in TuningMethodName]: CreateTuning<Extract<TuningConfig, { method: M }>> } = {
  full,
  top,
  lora,
  adalora,
  adapter,
};

/** The method that the settings name, made for this model. Throws TUNING_SETTINGS. */
export function createTuning<M extends TuningMethodName>(
  config: Extract<TuningConfig, { method: M }>,
  model: BertConfig,
  specs: readonly ParameterSpec[],
  run: TuningRun,
): Tuning {
  const create: CreateTuning<Extract<TuningConfig, { method: M }>> = METHODS[config.method];
  return create(config, model, specs, run);
}
