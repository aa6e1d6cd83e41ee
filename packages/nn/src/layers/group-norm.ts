import { staticDim } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { ones, zeros } from '../graph/initializers.js';
import { add, div, mul, sqrt, sub } from '../ops/elementwise.js';
import { reduceMean } from '../ops/reduce.js';
import { reshape } from '../ops/shape.js';

/** Group normalisation of `[N, C, H, W]` (Wu & He 2018), decomposed so that it runs on every device. */
export function groupNorm(x: Value, name: string, groups: number, epsilon = 1e-5): Value {
  const [n, c, h, w] = x.dims;
  const channels = staticDim(c, `${name} channels`);
  const size = (channels / groups) * staticDim(h, 'height') * staticDim(w, 'width');
  const grouped = reshape(x, [n, groups, size]);
  const centred = sub(grouped, reduceMean(grouped, { axes: [2], keepDims: true }));
  const variance = reduceMean(mul(centred, centred), { axes: [2], keepDims: true });
  const normalized = reshape(div(centred, sqrt(add(variance, epsilon))), x.dims);
  const perChannel = (suffix: string, initializer = ones): Value =>
    reshape(x.graph.parameter(`${name}.${suffix}`, [channels], { initializer }), [
      1,
      channels,
      1,
      1,
    ]);
  return add(mul(normalized, perChannel('weight')), perChannel('bias', zeros));
}
