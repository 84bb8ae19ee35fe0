import type { AdaLoraTuning } from '../../../contracts/tuning.ts';
import { weight } from '../../encoder/layer-weights.ts';
import type { LoraPlace } from '../lora/modules.ts';
import type { Follower, TuningRun } from '../method.ts';
import { penaliseOverlap } from './orthogonality.ts';
import { budgetAt, keepBest, observe, scoreTriplets, type Importance, type Triplets } from './rank-allocator.ts';

const KINDS = ['q', 'e', 'p'] as const;

/** Watches how much each triplet matters, and prunes to the budget of the step by putting singular values to 0. */
export function followRanks(config: AdaLoraTuning, places: readonly LoraPlace[], { totalSteps }: TuningRun): Follower {
  const { initialRank: rank, orthogonality, tFinal } = config;
  const importance = new Map<string, Triplets<Importance>>();
  for (const { key, inputs, outputs } of places)
    importance.set(key, { q: nothing(rank * inputs), e: nothing(rank), p: nothing(outputs * rank) });
  /** By place, once pruning has ended. */
  let kept: boolean[][] | undefined;
  const of = (key: string): Triplets<Importance> => {
    const found = importance.get(key);
    if (found === undefined) throw new Error(`there is no place ${key}`);
    return found;
  };
  const last = totalSteps - tFinal;

  return {
    penalise(gradients, trained) {
      const tensors = places.flatMap(({ key }) => [
        { name: `${key}.q`, tensor: weight(trained, `${key}.q`), across: 'rows' as const },
        { name: `${key}.p`, tensor: weight(trained, `${key}.p`), across: 'columns' as const },
      ]);
      return penaliseOverlap(tensors, rank, orthogonality, gradients);
    },
    after(step, gradientOf, parameters) {
      if (step < last)
        for (const { key } of places)
          for (const kind of KINDS) {
            const name = `${key}.${kind}`;
            observe(of(key)[kind], parameters.read(name), gradientOf(name), config);
          }
      const { budget, prunes } = budgetAt(step, totalSteps, places.length, config);
      let stays = kept;
      if (prunes) {
        stays = keepBest(
          places.map(({ key }) => scoreTriplets(of(key), rank)),
          budget,
        );
        if (step === last) kept = stays;
      }
      if (stays === undefined) return;
      places.forEach(({ key }, index) => {
        const values = parameters.read(`${key}.e`);
        parameters.write(
          `${key}.e`,
          values.map((value, r) => (stays[index]?.[r] === true ? value : 0)),
        );
      });
    },
    state: () => [
      ...places.flatMap(({ key }) =>
        KINDS.flatMap((kind) => {
          const { sensitivity, uncertainty } = of(key)[kind];
          const shape = [sensitivity.length];
          return [
            { name: `sensitivity.${key}.${kind}`, shape, values: sensitivity },
            { name: `uncertainty.${key}.${kind}`, shape, values: uncertainty },
          ];
        }),
      ),
      { name: 'ranks.kept', shape: [kept === undefined ? 0 : places.length * rank], values: flags(kept) },
    ],
    restore(read) {
      for (const { key } of places)
        for (const kind of KINDS) {
          of(key)[kind].sensitivity.set(read(`sensitivity.${key}.${kind}`));
          of(key)[kind].uncertainty.set(read(`uncertainty.${key}.${kind}`));
        }
      const stored = read('ranks.kept');
      kept =
        stored.length === 0
          ? undefined
          : places.map((_, index) => Array.from(stored.subarray(index * rank, (index + 1) * rank), (flag) => flag > 0));
    },
    ranks: ({ read }) =>
      places.map(({ layer, name, key }) => ({
        name: `layer ${String(layer)} ${name}`,
        rank: read(`${key}.e`).filter((value) => value !== 0).length,
      })),
  };
}

function nothing(length: number): Importance {
  return { sensitivity: new Float32Array(length), uncertainty: new Float32Array(length) };
}

function flags(kept: readonly (readonly boolean[])[] | undefined): Float32Array {
  return Float32Array.from((kept ?? []).flat(), (stays) => (stays ? 1 : 0));
}
