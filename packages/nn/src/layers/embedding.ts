import type { Value } from '../graph/graph.js';
import { type Initializer, normalInitializer } from '../graph/initializers.js';
import { gather } from '../ops/indexing.js';

/** Looks up rows of `name.weight` `[count, features]`: int64 `[...] -> [..., features]`. */
export function embedding(
  indices: Value,
  name: string,
  count: number,
  features: number,
  initializer: Initializer = normalInitializer(0.02),
): Value {
  return gather(
    indices.graph.parameter(`${name}.weight`, [count, features], { initializer }),
    indices,
  );
}
