import type { LoraTuning } from '../../../contracts/tuning.ts';
import type { LinearName } from '../../encoder/layer-weights.ts';
import { weight, type Weights } from '../../encoder/layer-weights.ts';
import { mergeLowRank, type LowRank } from '../../encoder/low-rank.ts';
import { scale } from '../../ops.ts';
import { tidy, type Tensor } from '../../tf.ts';
import type { AddedParameter, CreateTuning } from '../method.ts';
import { linearsOf, loraPlaces } from './modules.ts';
import { writePeftLora } from './peft-files.ts';

/** Sites of dropout below this are the encoder's own. */
const FIRST_SITE = 512;

/** LoRA (Hu et al., 2022): A starts as PEFT starts it, B at 0, so that the first step sees the model as it was. The head trains whole. */
export const lora: CreateTuning<LoraTuning> = (config, model, specs) => {
  const { rank, alpha, dropout: rate, modules } = config;
  const places = loraPlaces(
    model.layers,
    modules.flatMap((module) => linearsOf(module, model)),
  );
  const scaling = alpha / rank;
  const trains = new Set(specs.map(({ name }) => name).filter((name) => name.startsWith('classifier.')));
  const added = places.flatMap(({ key, inputs, outputs }): AddedParameter[] => [
    {
      name: `${key}.a`,
      shape: [rank, inputs],
      start: (random) => uniform(rank * inputs, 1 / Math.sqrt(inputs), random),
    },
    { name: `${key}.b`, shape: [outputs, rank], start: () => new Float32Array(outputs * rank) },
  ]);
  return {
    trains,
    added,
    assemble(weights, { seed, step }) {
      const lowRank: Partial<Record<LinearName, LowRank[]>>[] = [];
      places.forEach(({ key, layer, linear, from, outputs }, index) => {
        const parts = (lowRank[layer] ??= {});
        (parts[linear] ??= []).push({
          name: key,
          from,
          size: outputs,
          a: weight(weights, `${key}.a`),
          b: scale(weight(weights, `${key}.b`), scaling),
          dropout: { rate, seed, step },
          site: FIRST_SITE + index,
        });
      });
      return { weights: merged(weights, lowRank), wanted: { parameters: trains, lowRank } };
    },
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

function merged(weights: Weights, lowRank: readonly Partial<Record<LinearName, readonly LowRank[]>>[]): Weights {
  const all = new Map(weights);
  lowRank.forEach((linears, layer) => {
    for (const [linear, parts] of Object.entries(linears)) {
      const name = `layer.${String(layer)}.${linear}.weight`;
      all.set(name, mergeLowRank(weight(weights, name), parts));
    }
  });
  return all;
}

function uniform(length: number, bound: number, random: () => number): Float32Array {
  return Float32Array.from({ length }, () => (2 * random() - 1) * bound);
}
