import { normalizeAxis } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { emit } from './operand.js';

/** Probabilities that sum to 1 along `axis`. */
export const softmax = (x: Value, axis = -1): Value =>
  emit('Softmax', [x], x.dims, { axis: normalizeAxis(axis, x.dims.length) });

/** Logarithm of {@link softmax}, stable. */
export const logSoftmax = (x: Value, axis = -1): Value =>
  emit('LogSoftmax', [x], x.dims, { axis: normalizeAxis(axis, x.dims.length) });
