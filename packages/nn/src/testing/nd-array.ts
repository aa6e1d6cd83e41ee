import { elementCount } from '@cxrkit/core';

/** A dense row-major array in float64, whatever element type the graph declares; bool is 0 or 1. */
export interface NdArray {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

/** Makes an array of `dims`, of zeros where `data` is left out. */
export function ndArray(
  dims: readonly number[],
  data: Float64Array = new Float64Array(elementCount(dims)),
): NdArray {
  return { dims, data };
}

/** @returns Distance between neighbours along each axis of a row-major array. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length).fill(1);
  for (let axis = dims.length - 2; axis >= 0; axis--)
    strides[axis] = strides[axis + 1] * dims[axis + 1];
  return strides;
}

/**
 * Offsets that a walk over `dims` in row-major order visits in an array with the given strides.
 * Stride 0 repeats an axis (broadcasting), permuted strides transpose, multiplied ones step.
 */
export function offsets(
  dims: readonly number[],
  strides: readonly number[],
  start = 0,
): Int32Array {
  const result = new Int32Array(elementCount(dims)).fill(start);
  let block = result.length;
  dims.forEach((dim, axis) => {
    block /= dim;
    for (let i = 0; i < result.length; i++)
      result[i] += (Math.floor(i / block) % dim) * strides[axis];
  });
  return result;
}

/** Offsets in an array of shape `source` when it is broadcast to `dims`. */
export function broadcastOffsets(source: readonly number[], dims: readonly number[]): Int32Array {
  const own = stridesOf(source);
  const extra = dims.length - source.length;
  return offsets(
    dims,
    dims.map((_, axis) => (axis < extra || source[axis - extra] === 1 ? 0 : own[axis - extra])),
  );
}

/** Shape of two shapes broadcast together, numpy's rule. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    if (x !== y && x !== 1 && y !== 1) throw new RangeError(`cannot broadcast ${a} with ${b}`);
    return x === 1 ? y : x;
  });
}

/** Picks the elements at `at`. */
export function take({ data }: NdArray, dims: readonly number[], at: Int32Array): NdArray {
  return ndArray(
    dims,
    Float64Array.from(at, (offset) => data[offset]),
  );
}

/** An axis counted from the front. */
export const positive = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
