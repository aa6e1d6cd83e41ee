import type { Value } from '../graph/graph.js';
import { mul } from '../ops/elementwise.js';

/**
 * Inverted dropout by a mask that the host draws (so that runs repeat and every device can do it).
 *
 * @param mask - Values of shape `x` (or broadcastable) that are 0 or 1 / (1 - p); `undefined` leaves `x` as it is.
 */
export function dropout(x: Value, mask: Value | undefined): Value {
  return mask && x.graph.mode === 'training' ? mul(x, mask) : x;
}
