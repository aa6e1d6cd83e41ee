import { InvalidInputError } from '@cxrkit/core';
import { broadcastDims } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { emit } from './operand.js';

/** `[..., M, K] x [..., K, N] -> [..., M, N]`, leading axes broadcast. */
export function matmul(a: Value, b: Value): Value {
  if (a.dims.at(-1) !== b.dims.at(-2))
    throw new InvalidInputError(
      'matmul',
      `second operand with ${a.dims.at(-1)} rows`,
      `[${b.dims.join(', ')}]`,
    );
  const leading = broadcastDims(a.dims.slice(0, -2), b.dims.slice(0, -2));
  return emit('MatMul', [a, b], [...leading, a.dims.at(-2) ?? 1, b.dims.at(-1) ?? 1]);
}
