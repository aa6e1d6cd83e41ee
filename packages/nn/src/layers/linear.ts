import { staticDim } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { type Initializer, uniformFanIn, uniformInitializer } from '../graph/initializers.js';
import { add } from '../ops/elementwise.js';
import { matmul } from '../ops/linear-algebra.js';
import { transpose } from '../ops/shape.js';

export interface LinearOptions {
  /** @defaultValue true */
  readonly bias?: boolean;
  /** @defaultValue PyTorch's default, uniform by fan-in */
  readonly initializer?: Initializer;
  /** `out-in` is nn.Linear's weight `[out, in]`; `in-out` is Conv1D's of GPT-2. @defaultValue 'out-in' */
  readonly layout?: 'out-in' | 'in-out';
}

/** x W^T + b over the last axis: `[..., in] -> [..., out]`. Weights `name.weight`, `name.bias`. */
export function linear(
  x: Value,
  name: string,
  outFeatures: number,
  options: LinearOptions = {},
): Value {
  const { bias = true, layout = 'out-in', initializer } = options;
  const inFeatures = staticDim(x.dims.at(-1), `${name} input`);
  const dims = layout === 'out-in' ? [outFeatures, inFeatures] : [inFeatures, outFeatures];
  const bound = 1 / Math.sqrt(inFeatures);
  const weight = x.graph.parameter(`${name}.weight`, dims, {
    initializer: initializer ?? (layout === 'out-in' ? uniformFanIn : uniformInitializer(bound)),
  });
  const product = matmul(x, layout === 'out-in' ? transpose(weight, [1, 0]) : weight);
  if (!bias) return product;
  const shift = initializer ? undefined : uniformInitializer(bound);
  return add(
    product,
    x.graph.parameter(`${name}.bias`, [outFeatures], {
      initializer: shift ?? (() => new Float32Array(outFeatures)),
    }),
  );
}
