import { isStatic, staticSize } from '../../graph/dims.js';
import type { Value } from '../../graph/graph.js';
import { emit, int64List } from '../../ops/operand.js';
import { expandLike, reshape } from '../../ops/shape.js';
import { type GradientRule, intAttribute, shapeOf, trainingOutput, zerosOf } from './rule.js';

/**
 * Adds slices back where Gather took them. By ScatterElements, which works in order:
 * onnxruntime's ScatterND loses sums and repeatability when threads meet at one index (its issue 18048).
 */
const gatherRule: GradientRule = (node, d) => {
  const [x, indices] = node.inputs as [Value, Value];
  const axis = intAttribute(node, 'axis', 0);
  const count = isStatic(indices.dims) ? staticSize(indices.dims) : 'count';
  const slices = reshape(d, x.dims.with(axis, count));
  const column = reshape(
    indices,
    x.dims.map((_, i) => (i === axis ? count : 1)),
  );
  const zeros = zerosOf(shapeOf(x), x.dims);
  const attributes = { axis, reduction: 'add' };
  return [emit('ScatterElements', [zeros, expandLike(column, slices), slices], x.dims, attributes)];
};

export const indexingRules: Readonly<Record<string, GradientRule>> = {
  Gather: gatherRule,
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
    const flat = [reshape(trainingOutput(node, 1), [count]), reshape(d, [count])] as const;
    const zeros = zerosOf(int64List(x, [size]), [size]);
    const scattered = emit('ScatterElements', [zeros, ...flat], [size], {
      axis: 0,
      reduction: 'add',
    });
    return [reshape(scattered, x.dims)];
  },
};
