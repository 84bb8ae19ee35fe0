import { AssayError } from '../../../contracts/errors.ts';
import type { AdapterTuning } from '../../../contracts/tuning.ts';
import type { Bottleneck } from '../../encoder/bottleneck.ts';
import { normal } from '../../metrics/seeded.ts';
import type { AddedParameter, CreateTuning } from '../method.ts';
import { writeHubAdapter } from './write-hub-adapter.ts';
import { adapterPlaces, bottlenecksOf, type AdapterPlace } from './places.ts';

/** AdapterHub's `bert`, after the start of BERT itself. */
const START_DEVIATION = 0.02;

/** What each placement is in AdapterHub: `double_seq_bn` and `seq_bn`. */
const PLACEMENTS = {
  houlsby: { sublayers: ['attended', 'narrow'], reads: 'output', activation: 'swish' },
  pfeiffer: { sublayers: ['narrow'], reads: 'norm', activation: 'relu' },
} as const satisfies Record<
  AdapterTuning['placement'],
  Pick<Bottleneck, 'activation' | 'reads'> & { sublayers: readonly AdapterPlace['after'][] }
>;

/**
 * Bottleneck adapters beside frozen weights, placed as Houlsby et al. (2019) or as Pfeiffer et al. (2021) place them, as AdapterHub defines the
 * two; the head trains whole. Throws TUNING_SETTINGS when `reduction` leaves no unit.
 */
export const adapter: CreateTuning<AdapterTuning> = (config, model, specs) => {
  const { hidden, layers } = model;
  const { placement, reduction } = config;
  const size = Math.floor(hidden / reduction);
  if (size < 1)
    throw new AssayError('TUNING_SETTINGS', {
      problem: `a reduction of ${String(reduction)} leaves nothing of the model's hidden size ${String(hidden)}`,
      remedy: `Choose a \`reduction\` of at most ${String(hidden)}.`,
    });
  const { sublayers, reads, activation: usual } = PLACEMENTS[placement];
  const activation = config.activation ?? usual;
  const places = adapterPlaces(
    Array.from({ length: layers }, (_, layer) => layer),
    sublayers,
  );
  const trains = new Set(specs.map(({ name }) => name).filter((name) => name.startsWith('classifier.')));
  return {
    trains,
    merges: false,
    added: places.flatMap(({ key }): AddedParameter[] => [
      { name: `${key}.down.weight`, shape: [size, hidden], start: (random) => drawn(size * hidden, random) },
      { name: `${key}.down.bias`, shape: [size], start: () => new Float32Array(size) },
      { name: `${key}.up.weight`, shape: [hidden, size], start: (random) => drawn(hidden * size, random) },
      { name: `${key}.up.bias`, shape: [hidden], start: () => new Float32Array(hidden) },
    ]),
    assemble: (weights) => ({
      weights,
      wanted: { parameters: trains, lowRank: [], bottlenecks: bottlenecksOf(weights, places, { activation, reads }) },
    }),
    collect: (gradients) => new Map(gradients),
    saveAdapter: (dir, options) => {
      writeHubAdapter(dir, { places, reads, activation, reduction, hidden, ...options });
    },
  };
};

function drawn(length: number, random: () => number): Float32Array {
  return normal(length, START_DEVIATION, random);
}
