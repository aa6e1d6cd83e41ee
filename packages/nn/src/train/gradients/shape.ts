import { staticDim } from '../../graph/dims.js';
import type { Value } from '../../graph/graph.js';
import { emit, int64List } from '../../ops/operand.js';
import { slice, transpose } from '../../ops/shape.js';
import {
  constantInts,
  type GradientRule,
  intAttribute,
  intsAttribute,
  reshapeLike,
  sumTo,
  zerosOf,
} from './rule.js';

const likeInput: GradientRule = (node, d) => [reshapeLike(d, node.inputs[0] as Value)];

const concatRule: GradientRule = (node, d, needs) => {
  const axis = intAttribute(node, 'axis', 0);
  let start = 0;
  return node.inputs.map((input, i) => {
    const size = staticDim(input?.dims[axis], 'concat axis');
    start += size;
    return needs(i) ? slice(d, [{ axis, start: start - size, end: start }]) : undefined;
  });
};

const sliceRule: GradientRule = (node, d) => {
  const [x, starts, ends, axes, steps] = node.inputs;
  const input = x as Value;
  const [from, to, on, by] = [starts, ends, axes, steps].map(constantInts);
  if (by.every((step) => step === 1)) {
    const before = input.dims.map((_, axis) => (on.includes(axis) ? from[on.indexOf(axis)] : 0));
    const after = input.dims.map((dim, axis) =>
      on.includes(axis) ? staticDim(dim, 'sliced axis') - to[on.indexOf(axis)] : 0,
    );
    return [emit('Pad', [d, int64List(d, [...before, ...after])], input.dims)];
  }
  return [scatterSlice(input, d, { from, on, by })];
};

/** Puts a strided slice back, one axis after the other. */
function scatterSlice(
  x: Value,
  d: Value,
  { from, on, by }: Record<'from' | 'on' | 'by', number[]>,
): Value {
  const order = on.map((axis, i) => ({ axis, start: from[i], step: by[i] }));
  return order.reduceRight((part, { axis, start, step }) => {
    const count = staticDim(part.dims[axis], 'sliced axis');
    const rows = int64List(
      x,
      Array.from({ length: count }, (_, i) => start + i * step),
    );
    const swap = [...part.dims.keys()];
    [swap[0], swap[axis]] = [axis, 0];
    const moved = transpose(part, swap);
    const dims = [x.dims[axis], ...moved.dims.slice(1)];
    const indices = emit('Unsqueeze', [rows, int64List(x, [1])], [count, 1]);
    const scattered = emit(
      'ScatterND',
      [zerosOf(int64List(x, dims.map(Number)), dims), indices, moved],
      dims,
    );
    return transpose(scattered, swap);
  }, d);
}

export const shapeRules: Readonly<Record<string, GradientRule>> = {
  Reshape: likeInput,
  Unsqueeze: likeInput,
  Squeeze: likeInput,
  Transpose: (node, d) => {
    const permutation = intsAttribute(node, 'perm');
    return [
      transpose(
        d,
        permutation.map((_, axis) => permutation.indexOf(axis)),
      ),
    ];
  },
  Concat: concatRule,
  Slice: sliceRule,
  Pad: (node, d) => {
    const input = node.inputs[0] as Value;
    const before = constantInts(node.inputs[1]).slice(0, input.dims.length);
    const ranges = before
      .map((start, axis) => ({ axis, start, end: start + Number(input.dims[axis]) }))
      .filter(({ axis }) => input.dims[axis] !== d.dims[axis]);
    return [slice(d, ranges)];
  },
  Expand: (node, d) => [sumTo(d, node.inputs[0] as Value)],
};
