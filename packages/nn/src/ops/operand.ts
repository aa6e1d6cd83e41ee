import { InvalidInputError, type Tensor, type TensorType } from '@cxrkit/core';
import type { Dims } from '../graph/dims.js';
import type { Attribute, Value } from '../graph/graph.js';

/** A value, or a number that becomes a scalar constant of the other operand's type. */
export type Operand = Value | number;

/** Resolves a pair of operands, at least one of which is a value. */
export function operands(a: Operand, b: Operand): [Value, Value] {
  if (typeof a !== 'number') return [a, typeof b === 'number' ? scalar(a, b) : b];
  if (typeof b !== 'number') return [scalar(b, a), b];
  throw new InvalidInputError('operands', 'at least one graph value', [a, b]);
}

/** @returns A scalar constant of the type of `like`. */
export function scalar(like: Value, value: number): Value {
  return like.graph.constant(scalarTensor(like.type, value));
}

function scalarTensor(type: TensorType, value: number): Tensor {
  if (type === 'float32') return { type, dims: [], data: Float32Array.of(value) };
  if (type === 'int64') return { type, dims: [], data: BigInt64Array.of(BigInt(value)) };
  if (type === 'int32') return { type, dims: [], data: Int32Array.of(value) };
  if (type === 'float64') return { type, dims: [], data: Float64Array.of(value) };
  throw new InvalidInputError('scalar', 'a float32, float64, int32 or int64 operand', type);
}

/** @returns A 1-d int64 constant, as ONNX takes shapes and axes. */
export function int64List(like: Value, values: readonly number[]): Value {
  return like.graph.constant({
    type: 'int64',
    dims: [values.length],
    data: BigInt64Array.from(values, BigInt),
  });
}

/** Appends an operation with one output. */
export function emit(
  opType: string,
  inputs: readonly [Value, ...(Value | undefined)[]],
  dims: Dims,
  attributes: Readonly<Record<string, Attribute>> = {},
  type: TensorType = inputs[0].type,
): Value {
  return inputs[0].graph.node(opType, inputs, [{ type, dims }], attributes)[0];
}
