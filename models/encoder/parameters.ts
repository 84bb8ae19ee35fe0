import type { BertConfig } from './bert-config.ts';

/** One trained tensor, and the tensors of Hugging Face files that it is made of, joined along their first axis. */
export interface ParameterSpec {
  name: string;
  shape: readonly number[];
  parts: readonly { name: string; rows: number }[];
  /** New for the task (or missing from a file that may lack it): initialised where the file has none. */
  head: boolean;
}

export const WORDS = 'embeddings.word';

/** Query, key and value are one tensor, so that one product serves all three. */
export function describeParameters(config: BertConfig, classes: number): ParameterSpec[] {
  const { hidden, intermediate } = config;
  const specs: ParameterSpec[] = [];
  const put = (name: string, parts: readonly string[], shape: readonly number[], head = false): void => {
    const rows = (shape[0] ?? 0) / parts.length;
    specs.push({ name, shape, parts: parts.map((part) => ({ name: part, rows })), head });
  };
  const linear = (name: string, parts: readonly string[], outputs: number, inputs: number, head = false): void => {
    for (const [kind, shape] of [
      ['weight', [outputs, inputs]],
      ['bias', [outputs]],
    ] as const)
      put(
        `${name}.${kind}`,
        parts.map((part) => `${part}.${kind}`),
        shape,
        head,
      );
  };
  const norm = (name: string, part: string): void => {
    put(`${name}.weight`, [`${part}.weight`], [hidden]);
    put(`${name}.bias`, [`${part}.bias`], [hidden]);
  };

  put(WORDS, ['bert.embeddings.word_embeddings.weight'], [config.vocabulary, hidden]);
  put('embeddings.position', ['bert.embeddings.position_embeddings.weight'], [config.positions, hidden]);
  put('embeddings.type', ['bert.embeddings.token_type_embeddings.weight'], [config.types, hidden]);
  norm('embeddings.norm', 'bert.embeddings.LayerNorm');
  for (let i = 0; i < config.layers; i++) {
    const layer = `bert.encoder.layer.${String(i)}`;
    const ours = `layer.${String(i)}`;
    const self = `${layer}.attention.self`;
    linear(`${ours}.qkv`, [`${self}.query`, `${self}.key`, `${self}.value`], 3 * hidden, hidden);
    linear(`${ours}.attended`, [`${layer}.attention.output.dense`], hidden, hidden);
    norm(`${ours}.attended.norm`, `${layer}.attention.output.LayerNorm`);
    linear(`${ours}.wide`, [`${layer}.intermediate.dense`], intermediate, hidden);
    linear(`${ours}.narrow`, [`${layer}.output.dense`], hidden, intermediate);
    norm(`${ours}.narrow.norm`, `${layer}.output.LayerNorm`);
  }
  linear('pooler', ['bert.pooler.dense'], hidden, hidden, true);
  linear('classifier', ['classifier'], classes, hidden, true);
  return specs;
}
