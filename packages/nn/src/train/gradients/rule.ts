import { InvalidInputError } from '@cxrkit/core';
import { type Dims, isStatic, sameDims } from '../../graph/dims.js';
import type { GraphNode, Value } from '../../graph/graph.js';
import { emit } from '../../ops/operand.js';
import { reduceSum } from '../../ops/reduce.js';
import { reshape } from '../../ops/shape.js';

/**
 * Derivative of one operation.
 *
 * @param node - The operation.
 * @param d - Gradient of its first output, of that output's shape.
 * @param needs - Tells whether input i is asked for; the rest may be left out.
 * @returns Gradient for each input, of the input's shape.
 */
export type GradientRule = (
  node: GraphNode,
  d: Value,
  needs: (index: number) => boolean,
) => readonly (Value | undefined)[];

/** Sums a gradient over the axes along which `target` was broadcast. */
export function sumTo(d: Value, target: Value): Value {
  if (sameDims(d.dims, target.dims)) return d;
  const extra = d.dims.length - target.dims.length;
  const axes = [...d.dims.keys()].filter(
    (i) => i < extra || (target.dims[i - extra] === 1 && d.dims[i] !== 1),
  );
  return reshapeLike(axes.length > 0 ? reduceSum(d, { axes, keepDims: true }) : d, target);
}

/** Gives `x` the shape of `target`, also where axes are dynamic. */
export function reshapeLike(x: Value, target: Value): Value {
  if (sameDims(x.dims, target.dims)) return x;
  if (target.dims.filter((dim) => typeof dim === 'string').length <= 1)
    return reshape(x, target.dims);
  return emit('Reshape', [x, shapeOf(target)], target.dims);
}

/** Run-time shape as int64 `[rank]`; a constant where all axes are fixed. */
export function shapeOf(x: Value): Value {
  if (isStatic(x.dims))
    return x.graph.constant({
      type: 'int64',
      dims: [x.dims.length],
      data: BigInt64Array.from(x.dims, BigInt),
    });
  return emit('Shape', [x], [x.dims.length], {}, 'int64');
}

/** Zeros of a run-time shape. */
export function zerosOf(shape: Value, dims: Dims): Value {
  return emit('ConstantOfShape', [shape], dims, {}, 'float32');
}

/**
 * A further output of an operation, which only training graphs ask for.
 *
 * @throws {@link InvalidInputError} if the graph was built for inference.
 */
export function trainingOutput(node: GraphNode, index: number): Value {
  const value = node.outputs[index];
  if (!value)
    throw new InvalidInputError(
      `graph around ${node.opType}`,
      'mode training',
      'inference',
      "Build it on new Graph('training') to differentiate it.",
    );
  return value;
}

/** An int attribute with its ONNX default. */
export function intAttribute(node: GraphNode, name: string, fallback: number): number {
  const value = node.attributes[name];
  return typeof value === 'number' ? value : fallback;
}

/** An ints attribute that our op functions always write. */
export function intsAttribute(node: GraphNode, name: string): readonly number[] {
  const value = node.attributes[name];
  return Array.isArray(value) ? value : [];
}

/** The numbers of a constant int64 input, such as axes. */
export function constantInts(value: Value | undefined): number[] {
  const tensor = value?.graph.constants.get(value.name);
  return tensor ? Array.from(tensor.data, Number) : [];
}
