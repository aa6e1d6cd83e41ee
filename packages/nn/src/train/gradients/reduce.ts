import type { GraphNode, Value } from '../../graph/graph.js';
import { cast, div, equal, mul } from '../../ops/elementwise.js';
import { emit } from '../../ops/operand.js';
import { reduceSum } from '../../ops/reduce.js';
import { expandLike } from '../../ops/shape.js';
import { constantInts, type GradientRule, reshapeLike, shapeOf } from './rule.js';

/** Gives a reduced value its reduced axes back, with size 1. */
function withReducedAxes(node: GraphNode, reduced: Value): Value {
  const x = node.inputs[0] as Value;
  const axes = constantInts(node.inputs[1]);
  const dims = x.dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  return reshapeLike(reduced, { ...x, dims });
}

/** Number of elements each result was made of, as a float scalar. */
function reducedCount(node: GraphNode): Value | number {
  const x = node.inputs[0] as Value;
  const dims = constantInts(node.inputs[1]).map((axis) => x.dims[axis]);
  if (dims.every((dim) => typeof dim === 'number'))
    return dims.reduce((product, dim) => product * dim, 1);
  const sizes = emit('Gather', [shapeOf(x), node.inputs[1] as Value], [dims.length], { axis: 0 });
  return cast(emit('ReduceProd', [sizes], [], { keepdims: 0 }), 'float32');
}

export const reduceRules: Readonly<Record<string, GradientRule>> = {
  ReduceSum: (node, d) => [expandLike(withReducedAxes(node, d), node.inputs[0] as Value)],
  ReduceMean: (node, d) => [
    expandLike(div(withReducedAxes(node, d), reducedCount(node)), node.inputs[0] as Value),
  ],
  ReduceMax: (node, d) => {
    const hit = cast(
      equal(node.inputs[0] as Value, withReducedAxes(node, node.outputs[0])),
      'float32',
    );
    const ties = reduceSum(hit, { axes: constantInts(node.inputs[1]), keepDims: true });
    return [mul(hit, div(withReducedAxes(node, d), ties))];
  },
};
