import type { TunedModule } from '../../../contracts/tuning.ts';
import type { BertConfig } from '../../encoder/bert-config.ts';
import type { LinearName } from '../../encoder/layer-weights.ts';

/** A linear layer that a low-rank part can stand beside. */
export interface TunedLinear {
  /** Its name in parts of ours: `layer.I.NAME`. */
  name: 'query' | 'key' | 'value' | 'output' | 'intermediate' | 'output.dense';
  /** In Hugging Face files, below `bert.encoder.layer.I.`. */
  path: string;
  /** The linear layer of the encoder that holds it, and its outputs there. */
  linear: LinearName;
  from: number;
  inputs: number;
  outputs: number;
}

/** The linear layers that a module stands for. */
export function linearsOf(module: TunedModule, { hidden, intermediate }: BertConfig): TunedLinear[] {
  const square = { inputs: hidden, outputs: hidden };
  switch (module) {
    case 'query':
      return [{ name: 'query', path: 'attention.self.query', linear: 'qkv', from: 0, ...square }];
    case 'key':
      return [{ name: 'key', path: 'attention.self.key', linear: 'qkv', from: hidden, ...square }];
    case 'value':
      return [{ name: 'value', path: 'attention.self.value', linear: 'qkv', from: 2 * hidden, ...square }];
    case 'output':
      return [{ name: 'output', path: 'attention.output.dense', linear: 'attended', from: 0, ...square }];
    case 'feedForward':
      return [
        {
          name: 'intermediate',
          path: 'intermediate.dense',
          linear: 'wide',
          from: 0,
          inputs: hidden,
          outputs: intermediate,
        },
        {
          name: 'output.dense',
          path: 'output.dense',
          linear: 'narrow',
          from: 0,
          inputs: intermediate,
          outputs: hidden,
        },
      ];
  }
}

/** A low-rank pair at its place. */
export interface LoraPlace extends TunedLinear {
  layer: number;
  /** `layer.I.NAME.lora`; its tensors are this with `.a` [rank, in] and `.b` [out, rank]. */
  key: string;
}

/** Where the pairs stand, lowest layer first. */
export function loraPlaces(layers: number, linears: readonly TunedLinear[]): LoraPlace[] {
  return Array.from({ length: layers }, (_, layer) => layer).flatMap((layer) =>
    linears.map((linear) => ({ ...linear, layer, key: `layer.${String(layer)}.${linear.name}.lora` })),
  );
}
