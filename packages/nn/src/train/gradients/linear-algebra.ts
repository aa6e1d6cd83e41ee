import { isStatic, staticSize } from '../../graph/dims.js';
import type { Value } from '../../graph/graph.js';
import { matmul } from '../../ops/linear-algebra.js';
import { emit } from '../../ops/operand.js';
import { reshape, transposeLast } from '../../ops/shape.js';
import { type GradientRule, sumTo } from './rule.js';

/** d/db of a matrix product; a shared `[K, N]` weight takes one big product instead of a sum over the batch. */
function rightGradient(a: Value, b: Value, d: Value): Value {
  if (b.dims.length === 2 && a.dims.length > 2 && isStatic(a.dims)) {
    const rows = staticSize(a.dims.slice(0, -1));
    const [flatA, flatD] = [a, d].map((x) => reshape(x, [rows, x.dims.at(-1) ?? 1]));
    return emit('Gemm', [flatA, flatD], b.dims, { transA: 1 });
  }
  return sumTo(matmul(transposeLast(a), d), b);
}

export const linearAlgebraRules: Readonly<Record<string, GradientRule>> = {
  MatMul: (node, d, needs) => {
    const [a, b] = node.inputs as [Value, Value];
    return [
      needs(0) ? sumTo(matmul(d, transposeLast(b)), a) : undefined,
      needs(1) ? rightGradient(a, b, d) : undefined,
    ];
  },
};
