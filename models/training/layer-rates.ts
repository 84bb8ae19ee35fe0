/**
 * What the learning rate of a parameter is multiplied by (Howard and Ruder, 2018): 1 for head and pooler, `decay` for the highest layer, and `decay`
 * once more for each layer below, the embeddings being the lowest.
 */
export function layerRate(name: string, layers: number, decay: number): number {
  if (name.startsWith('embeddings.')) return decay ** (layers + 1);
  const layer = /^layer\.(\d+)\./.exec(name)?.[1];
  return layer === undefined ? 1 : decay ** (layers - Number(layer));
}
