import { AssayError } from '../../../contracts/errors.ts';
import type { TopTuning } from '../../../contracts/tuning.ts';
import { tuneBase } from '../base-parameters.ts';
import type { CreateTuning } from '../method.ts';

/** The head, the pooler and the highest layers train; what is below gives the same in every epoch. */
export const top: CreateTuning<TopTuning> = ({ layers }, model, specs) => {
  if (layers > model.layers)
    throw new AssayError('TUNING_SETTINGS', {
      problem: `${String(layers)} layers are to train, and the model has ${String(model.layers)}`,
      remedy: 'Lower `layers`, or use the method full.',
    });
  const first = model.layers - layers;
  const trains = specs.filter(({ name }) => {
    const layer = /^layer\.(\d+)\./.exec(name)?.[1];
    return layer === undefined ? !name.startsWith('embeddings.') : Number(layer) >= first;
  });
  return tuneBase(new Set(trains.map(({ name }) => name)));
};
