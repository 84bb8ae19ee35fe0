import { AssayError } from '../../../contracts/errors.ts';
import type { AdaLoraTuning } from '../../../contracts/tuning.ts';
import { weight } from '../../encoder/layer-weights.ts';
import { biasGradient, multiply, reshape, scale } from '../../ops.ts';
import { tidy, type Tensor } from '../../tf.ts';
import { linearsOf, loraPlaces } from '../lora/modules.ts';
import { assembleLowRank } from '../low-rank-parts.ts';
import type { AddedParameter, CreateTuning } from '../method.ts';
import { followRanks } from './follower.ts';
import { writePeftAdaLora } from './peft-files.ts';

/** PEFT's own, so that its adapters and ours give the same numbers. */
const RANK_EPSILON = 1e-5;
const START_DEVIATION = 0.02;

/**
 * AdaLoRA (Zhang et al., 2023): P·Λ·Q beside frozen weights, Λ starting at 0; singular values that matter least are pruned while it trains, over all
 * layers, until `targetRank` a place are left. The head trains whole. Throws TUNING_SETTINGS.
 */
export const adalora: CreateTuning<AdaLoraTuning> = (config, model, specs, run) => {
  refuseMisfits(config, run.totalSteps);
  const { initialRank: rank, alpha, dropout: rate, modules } = config;
  const linears = modules.flatMap((module) => linearsOf(module, model));
  const places = loraPlaces(model.layers, linears);
  const scaling = alpha / (rank + RANK_EPSILON);
  const trains = new Set(specs.map(({ name }) => name).filter((name) => name.startsWith('classifier.')));
  return {
    trains,
    added: places.flatMap(({ key, inputs, outputs }): AddedParameter[] => [
      { name: `${key}.q`, shape: [rank, inputs], start: (random) => normal(rank * inputs, random) },
      { name: `${key}.e`, shape: [rank, 1], start: () => new Float32Array(rank) },
      { name: `${key}.p`, shape: [outputs, rank], start: (random) => normal(outputs * rank, random) },
    ]),
    assemble: (weights, { seed, step }) =>
      assembleLowRank({
        weights,
        places,
        pair: ({ key }) => {
          const values = reshape(weight(weights, `${key}.e`), [1, rank]);
          return { a: weight(weights, `${key}.q`), b: scale(multiply(weight(weights, `${key}.p`), values), scaling) };
        },
        dropout: { rate, seed, step },
        trains,
      }),
    collect: (gradients, weights) =>
      tidy(() => {
        const own = new Map([...gradients].filter(([name]) => trains.has(name)));
        for (const { key } of places) {
          const [da, db] = [weight(gradients, `${key}.a`), weight(gradients, `${key}.b`)];
          const [p, e] = [weight(weights, `${key}.p`), weight(weights, `${key}.e`)];
          const scaled = scale(db, scaling);
          own.set(`${key}.q`, da);
          own.set(`${key}.p`, multiply(scaled, reshape(e, [1, rank])));
          own.set(`${key}.e`, reshape(sumRows(multiply(scaled, p)), [rank, 1]));
        }
        return own;
      }),
    follower: followRanks(config, places, run),
    saveAdapter: (dir, options) => {
      writePeftAdaLora(dir, { config, model, totalSteps: run.totalSteps, ...options });
    },
  };
};

function refuseMisfits({ initialRank, targetRank, tInit, tFinal }: AdaLoraTuning, totalSteps: number): void {
  if (targetRank > initialRank)
    throw new AssayError('TUNING_SETTINGS', {
      problem: `targetRank ${String(targetRank)} is above initialRank ${String(initialRank)}`,
      remedy: 'AdaLoRA only prunes: lower targetRank.',
    });
  if (tInit + tFinal >= totalSteps)
    throw new AssayError('TUNING_SETTINGS', {
      problem: `tInit ${String(tInit)} + tFinal ${String(tFinal)} leave no step to prune in: this training has ${String(totalSteps)} steps`,
      remedy: 'Lower tInit or tFinal, or train longer.',
    });
}

/** Sums over the rows of x [n, m] → [m] */
function sumRows(x: Tensor): Tensor {
  return biasGradient(x);
}

/** N(0, 0.02) (Box and Muller, 1958). */
function normal(length: number, random: () => number): Float32Array {
  return Float32Array.from(
    { length },
    () => START_DEVIATION * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}
