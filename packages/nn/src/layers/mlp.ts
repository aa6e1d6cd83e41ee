import type { Value } from '../graph/graph.js';
import { type LinearOptions, linear } from './linear.js';

/** Two linear layers with an activation between; widths `[..., in] -> hidden -> out`. */
export function mlp(
  x: Value,
  names: readonly [string, string],
  widths: readonly [hidden: number, out: number],
  activation: (x: Value) => Value,
  options: LinearOptions = {},
): Value {
  return linear(activation(linear(x, names[0], widths[0], options)), names[1], widths[1], options);
}
