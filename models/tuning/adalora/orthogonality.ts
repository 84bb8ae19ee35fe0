import { add, halfSquareNorm, matmul, multiply, rsqrt, scale, stack, subtract } from '../../ops.ts';
import { download, tidy, upload, type Tensor } from '../../tf.ts';

/**
 * weight · mean over all tensors of ‖Q·Qᵀ − I‖ and ‖Pᵀ·P − I‖ (Frobenius), which keeps the triplets apart; its gradients are added to those in
 * `gradients`. Rows of `across` tensors are to be orthogonal, columns of the others.
 */
export function penaliseOverlap(
  tensors: readonly { name: string; tensor: Tensor; across: 'rows' | 'columns' }[],
  rank: number,
  weight: number,
  gradients: Map<string, Tensor>,
): number {
  if (weight === 0) return 0;
  const each = weight / tensors.length;
  const identity = Float32Array.from({ length: rank * rank }, (_, i) => (i % (rank + 1) === 0 ? 1 : 0));
  const { halves, changed } = tidy(() => {
    const unit = upload([rank, rank], identity);
    const squares: Tensor[] = [];
    const sums = tensors.map(({ name, tensor, across }) => {
      const rows = across === 'rows';
      const overlap = matmul(tensor, tensor, { transposeA: !rows, transposeB: rows });
      const excess = subtract(overlap, unit);
      const half = halfSquareNorm(excess);
      squares.push(half);
      // ∂‖C‖/∂Q = 2·C·Q / ‖C‖, for C symmetric; the norm is √(2·half).
      const direction = rows ? matmul(excess, tensor) : matmul(tensor, excess);
      const slope = multiply(direction, scale(rsqrt(scale(half, 2)), 2 * each));
      const own = gradients.get(name);
      return { name, sum: own === undefined ? slope : add(own, slope) };
    });
    return { halves: download(stack(squares)), changed: sums };
  });
  for (const { name, sum } of changed) gradients.set(name, sum);
  return halves.reduce((total, half) => total + each * Math.sqrt(2 * half), 0);
}
