import { type Dim, staticDim } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { add, cast, mul } from '../ops/elementwise.js';
import { matmul } from '../ops/linear-algebra.js';
import { reshape, transpose } from '../ops/shape.js';
import { softmax } from '../ops/softmax.js';

/** `[B, T, D] -> [B, heads, T, D / heads]`. */
export function splitHeads(x: Value, heads: number): Value {
  const [b, t, d] = x.dims;
  return transpose(reshape(x, [b, t, heads, staticDim(d, 'width') / heads]), [0, 2, 1, 3]);
}

/** `[B, heads, T, d] -> [B, T, heads * d]`. */
export function mergeHeads(x: Value): Value {
  const [b, heads, t, d] = x.dims;
  return reshape(transpose(x, [0, 2, 1, 3]), [
    b,
    t,
    staticDim(heads, 'heads') * staticDim(d, 'head width'),
  ]);
}

/**
 * Scaled dot-product attention (Vaswani et al. 2017, section 3.2.1).
 *
 * @param query - `[B, heads, T, d]`.
 * @param key - `[B, heads, S, d]`; for cached attention past and present keys joined along axis 2.
 * @param value - `[B, heads, S, d]`.
 * @param bias - Added to the scores, broadcast to `[B, heads, T, S]`; a large negative number hides a key.
 * @returns `[B, heads, T, d]`.
 */
export function attention(query: Value, key: Value, value: Value, bias?: Value): Value {
  const scale = 1 / Math.sqrt(staticDim(query.dims.at(-1), 'head width'));
  const scores = mul(matmul(query, transpose(key, [0, 1, 3, 2])), scale);
  return matmul(softmax(bias ? add(scores, bias) : scores), value);
}

/** `[1, 1, T, T]` bias that hides later tokens. */
export function causalBias(like: Value, length: Dim): Value {
  const t = staticDim(length, 'sequence length');
  const data = Float32Array.from({ length: t * t }, (_, i) =>
    i % t > Math.floor(i / t) ? -1e4 : 0,
  );
  return like.graph.constant({ type: 'float32', dims: [1, 1, t, t], data });
}

/** `[B, 1, 1, S]` bias that hides padding: `mask` is int64 `[B, S]`, 1 = token. */
export function paddingBias(mask: Value): Value {
  const [b, s] = mask.dims;
  return reshape(mul(add(cast(mask, 'float32'), -1), 1e4), [b, 1, 1, s]);
}
