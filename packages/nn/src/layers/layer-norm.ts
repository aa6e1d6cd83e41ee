import { staticDim } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { ones, zeros } from '../graph/initializers.js';
import { layerNormalization } from '../ops/normalization.js';

/** Layer normalisation over the last axis; weights `name.weight`, `name.bias`. */
export function layerNorm(x: Value, name: string, epsilon = 1e-5): Value {
  const dims = [staticDim(x.dims.at(-1), `${name} input`)];
  const scale = x.graph.parameter(`${name}.weight`, dims, { initializer: ones });
  return layerNormalization(
    x,
    scale,
    x.graph.parameter(`${name}.bias`, dims, { initializer: zeros }),
    epsilon,
  );
}
