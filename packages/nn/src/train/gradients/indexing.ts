import { isStatic, staticSize } from '../../graph/dims.js';
import type { Value } from '../../graph/graph.js';
import { emit, int64List } from '../../ops/operand.js';
import { reshape, transpose } from '../../ops/shape.js';
import { type GradientRule, intAttribute, shapeOf, zerosOf } from './rule.js';

/** Gather along axis 0 of `[V, ...]`: rows are added back where they came from. */
function scatterRows(x: Value, indices: Value, d: Value): Value {
  const rows = isStatic(indices.dims) ? staticSize(indices.dims) : 'rows';
  const flat = reshape(indices, [rows, 1]);
  const updates = reshape(d, [rows, ...x.dims.slice(1)]);
  return emit('ScatterND', [zerosOf(shapeOf(x), x.dims), flat, updates], x.dims, {
    reduction: 'add',
  });
}

/** Moves axis `from` to the front. */
const toFront = (rank: number, from: number): number[] => [
  from,
  ...[...Array(rank).keys()].filter((i) => i !== from),
];

export const indexingRules: Readonly<Record<string, GradientRule>> = {
  Gather: (node, d) => {
    const [x, indices] = node.inputs as [Value, Value];
    const axis = intAttribute(node, 'axis', 0);
    if (axis === 0) return [scatterRows(x, indices, d)];
    const permutation = toFront(x.dims.length, axis);
    const span = indices.dims.length;
    // d: [..before, ..indices, ..after] -> [..indices, ..before, ..after]
    const moved = transpose(d, [
      ...Array.from({ length: span }, (_, i) => axis + i),
      ...[...Array(axis).keys()],
      ...Array.from({ length: d.dims.length - axis - span }, (_, i) => axis + span + i),
    ]);
    const front: Value = { ...transpose(x, permutation) };
    const inverse = permutation.map((_, i) => permutation.indexOf(i));
    return [transpose(scatterRows(front, indices, moved), inverse)];
  },
  GatherElements: (node, d) => {
    const [x, indices] = node.inputs as [Value, Value];
    const attributes = { axis: intAttribute(node, 'axis', 0), reduction: 'add' };
    return [emit('ScatterElements', [zerosOf(shapeOf(x), x.dims), indices, d], x.dims, attributes)];
  },
  // The result is sampled per channel: indices of MaxPool point into the flattened input.
  MaxPool: (node, d) => {
    const x = node.inputs[0] as Value;
    const size = staticSize(x.dims, 'max-pool input');
    const count = staticSize(d.dims);
    const flat = [reshape(node.outputs[1], [count]), reshape(d, [count])] as const;
    const zeros = zerosOf(int64List(x, [size]), [size]);
    const scattered = emit('ScatterElements', [zeros, ...flat], [size], {
      axis: 0,
      reduction: 'add',
    });
    return [reshape(scattered, x.dims)];
  },
};
