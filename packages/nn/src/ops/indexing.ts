import { normalizeAxis } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { emit } from './operand.js';

/** Picks entries along `axis` by int64 `indices` of any shape. */
export function gather(x: Value, indices: Value, axis = 0): Value {
  const at = normalizeAxis(axis, x.dims.length);
  return emit(
    'Gather',
    [x, indices],
    [...x.dims.slice(0, at), ...indices.dims, ...x.dims.slice(at + 1)],
    { axis: at },
  );
}

/** Picks one element for each index along `axis`; result has the shape of `indices`. */
export function gatherElements(x: Value, indices: Value, axis: number): Value {
  return emit('GatherElements', [x, indices], indices.dims, {
    axis: normalizeAxis(axis, x.dims.length),
  });
}

/** int64 `[...]` -> float32 `[..., depth]` of 0 and 1; no gradient. */
export function oneHot(indices: Value, depth: number): Value {
  const { graph } = indices;
  const size = graph.constant({ type: 'int64', dims: [1], data: BigInt64Array.of(BigInt(depth)) });
  const values = graph.constant({ type: 'float32', dims: [2], data: Float32Array.of(0, 1) });
  return emit('OneHot', [indices, size, values], [...indices.dims, depth], { axis: -1 }, 'float32');
}
