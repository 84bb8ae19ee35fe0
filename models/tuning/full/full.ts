import type { FullTuning } from '../../../contracts/tuning.ts';
import { tuneBase } from '../base-parameters.ts';
import type { CreateTuning } from '../method.ts';

/** Every parameter trains. */
export const full: CreateTuning<FullTuning> = (_config, _model, specs) =>
  tuneBase(new Set(specs.map(({ name }) => name)));
