import { float32 } from '@cxrkit/core';
import { staticDim } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { ones, zeros } from '../graph/initializers.js';
import { add, div, mul, sqrt, sub } from '../ops/elementwise.js';
import { emit } from '../ops/operand.js';
import { reduceMean } from '../ops/reduce.js';
import { reshape } from '../ops/shape.js';

/**
 * Group normalisation of `[N, C, H, W]` (Wu & He 2018); weights `name.weight`, `name.bias`.
 * A training graph holds it as elementary operations, which have gradients.
 */
export function groupNorm(x: Value, name: string, groups: number, epsilon = 1e-5): Value {
  const [n, c, h, w] = x.dims;
  const channels = staticDim(c, `${name} channels`);
  const size = (channels / groups) * staticDim(h, 'height') * staticDim(w, 'width');
  const normalize = x.graph.mode === 'inference' ? instanceNormalization : standardize;
  const normalized = reshape(normalize(reshape(x, [n, groups, size]), epsilon), x.dims);
  const perChannel = (suffix: string, initializer = ones): Value =>
    reshape(x.graph.parameter(`${name}.${suffix}`, [channels], { initializer }), [
      1,
      channels,
      1,
      1,
    ]);
  return add(mul(normalized, perChannel('weight')), perChannel('bias', zeros));
}

/** (x - mean) / deviation over the last of three axes. */
function standardize(x: Value, epsilon: number): Value {
  const centred = sub(x, reduceMean(x, { axes: [2], keepDims: true }));
  const variance = reduceMean(mul(centred, centred), { axes: [2], keepDims: true });
  return div(centred, sqrt(add(variance, epsilon)));
}

/** The same in one operation: 13 to 27 % less time (measured with the SiLU and convolution after it). */
function instanceNormalization(x: Value, epsilon: number): Value {
  const groups = staticDim(x.dims[1], 'groups');
  const [scale, bias] = [1, 0].map((value) =>
    x.graph.constant(float32(new Float32Array(groups).fill(value))),
  );
  const attributes = { epsilon: { float: epsilon } };
  return emit('InstanceNormalization', [x, scale, bias], x.dims, attributes);
}
