import type { LoraTuning } from '../../../contracts/tuning.ts';
import { weight } from '../../encoder/layer-weights.ts';
import { scale } from '../../ops.ts';
import { tidy, type Tensor } from '../../tf.ts';
import { assembleLowRank } from '../low-rank-parts.ts';
import type { AddedParameter, CreateTuning } from '../method.ts';
import { linearsOf, loraPlaces } from './modules.ts';
import { writePeftLora } from './peft-files.ts';

/** LoRA (Hu et al., 2022): A starts as PEFT starts it, B at 0, so that the first step sees the model as it was. The head trains whole. */
export const lora: CreateTuning<LoraTuning> = (config, model, specs) => {
  const { rank, alpha, dropout: rate, modules } = config;
  const linears = modules.flatMap((module) => linearsOf(module, model));
  const places = loraPlaces(model.layers, linears);
  const scaling = alpha / rank;
  const trains = new Set(specs.map(({ name }) => name).filter((name) => name.startsWith('classifier.')));
  return {
    trains,
    added: places.flatMap(({ key, inputs, outputs }): AddedParameter[] => [
      {
        name: `${key}.a`,
        shape: [rank, inputs],
        start: (random) => uniform(rank * inputs, 1 / Math.sqrt(inputs), random),
      },
      { name: `${key}.b`, shape: [outputs, rank], start: () => new Float32Array(outputs * rank) },
    ]),
    assemble: (weights, { seed, step }) =>
      assembleLowRank({
        weights,
        places,
        pair: ({ key }) => ({ a: weight(weights, `${key}.a`), b: scale(weight(weights, `${key}.b`), scaling) }),
        dropout: { rate, seed, step },
        trains,
      }),
    collect: (gradients) =>
      tidy(() => {
        const own = new Map<string, Tensor>();
        for (const [name, gradient] of gradients)
          own.set(name, name.endsWith('.lora.b') ? scale(gradient, scaling) : gradient);
        return own;
      }),
    saveAdapter: (dir, options) => {
      writePeftLora(dir, { config, model, ...options });
    },
  };
};

function uniform(length: number, bound: number, random: () => number): Float32Array {
  return Float32Array.from({ length }, () => (2 * random() - 1) * bound);
}
