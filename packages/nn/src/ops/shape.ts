import { InvalidInputError } from '@cxrkit/core';
import { addDims, type Dim, type Dims, isStatic, normalizeAxis, staticDim } from '../graph/dims.js';
import type { Value } from '../graph/graph.js';
import { emit, int64List } from './operand.js';

/**
 * Changes the shape; at most one axis of `dims` may be dynamic, unless it stands where `x` has it too.
 *
 * @throws {@link InvalidInputError} if fixed sizes differ or two axes would have to be guessed.
 */
export function reshape(x: Value, dims: Dims): Value {
  if (isStatic(x.dims) && isStatic(dims)) checkSize(x, dims);
  // 0 copies the axis of x at the same place; -1 is worked out by the runtime.
  const named = dims.filter((dim) => typeof dim === 'string').length;
  const shape = dims.map((dim, i) => {
    if (typeof dim === 'number') return dim;
    return named > 1 && x.dims[i] === dim ? 0 : -1;
  });
  if (shape.filter((dim) => dim === -1).length > 1)
    throw new InvalidInputError('reshape dims', 'at most one dynamic axis', `[${dims.join(', ')}]`);
  return emit('Reshape', [x, int64List(x, shape)], dims);
}

function checkSize(x: Value, dims: readonly number[]): void {
  const size = (list: Dims): number =>
    list.reduce<number>((product, dim) => product * Number(dim), 1);
  if (size(x.dims) !== size(dims))
    throw new InvalidInputError(
      'reshape dims',
      `${size(x.dims)} elements ([${x.dims.join(', ')}])`,
      `[${dims.join(', ')}]`,
    );
}

/** Reorders axes: axis i of the result is axis `permutation[i]` of `x`. */
export function transpose(x: Value, permutation: readonly number[]): Value {
  return emit(
    'Transpose',
    [x],
    permutation.map((axis) => x.dims[axis]),
    { perm: permutation },
  );
}

/** Swaps the last two axes. */
export function transposeLast(x: Value): Value {
  const rank = x.dims.length;
  const permutation = [...Array(rank).keys()];
  [permutation[rank - 2], permutation[rank - 1]] = [rank - 1, rank - 2];
  return transpose(x, permutation);
}

/** Joins along `axis`. */
export function concat(values: readonly [Value, ...Value[]], axis: number): Value {
  const at = normalizeAxis(axis, values[0].dims.length);
  const dims = [...values[0].dims];
  dims[at] = values
    .slice(1)
    .reduce<Dim>((sum, value) => addDims(sum, value.dims[at]), values[0].dims[at]);
  return emit('Concat', values, dims, { axis: at });
}

export interface SliceRange {
  readonly axis: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** @defaultValue 1 */
  readonly step?: number;
}

/**
 * Cuts ranges out of fixed axes.
 *
 * @throws {@link InvalidInputError} for a range outside its axis.
 */
export function slice(x: Value, ranges: readonly SliceRange[]): Value {
  const dims = [...x.dims];
  for (const { axis, start, end, step = 1 } of ranges) {
    const at = normalizeAxis(axis, dims.length);
    const size = staticDim(x.dims[at], 'sliced axis');
    if (start < 0 || end <= start || end > size)
      throw new InvalidInputError('slice range', `0 <= start < end <= ${size}`, [start, end]);
    dims[at] = Math.ceil((end - start) / step);
  }
  const list = (values: readonly number[]): Value => int64List(x, values);
  return emit(
    'Slice',
    [
      x,
      list(ranges.map(({ start }) => start)),
      list(ranges.map(({ end }) => end)),
      list(ranges.map(({ axis }) => normalizeAxis(axis, dims.length))),
      list(ranges.map(({ step = 1 }) => step)),
    ],
    dims,
  );
}

/** Cuts a fixed axis into `parts` equal values. */
export function split(x: Value, parts: number, axis: number): Value[] {
  const at = normalizeAxis(axis, x.dims.length);
  const size = staticDim(x.dims[at], 'split axis') / parts;
  return Array.from({ length: parts }, (_, i) =>
    slice(x, [{ axis: at, start: i * size, end: (i + 1) * size }]),
  );
}

/** Pads with zeros: `before[i]` and `after[i]` elements on axis i. */
export function pad(x: Value, before: readonly number[], after: readonly number[]): Value {
  const dims = x.dims.map((dim, i) => addDims(dim, before[i] + after[i]));
  return emit('Pad', [x, int64List(x, [...before, ...after])], dims);
}

/** Broadcasts to fixed `dims`, or to the axes that `x` already has. */
export function expand(x: Value, dims: Dims): Value {
  const shape = dims.map((dim) => (typeof dim === 'number' ? dim : 1));
  return emit('Expand', [x, int64List(x, shape)], dims);
}

/** Broadcasts to the run-time shape of `like`. */
export function expandLike(x: Value, like: Value): Value {
  if (isStatic(like.dims)) return expand(x, like.dims);
  const shape = emit('Shape', [like], [like.dims.length], {}, 'int64');
  return emit('Expand', [x, shape], like.dims);
}

/** Inserts an axis of size 1. */
export function unsqueeze(x: Value, axis: number): Value {
  const at = axis < 0 ? axis + x.dims.length + 1 : axis;
  return emit('Unsqueeze', [x, int64List(x, [at])], x.dims.toSpliced(at, 0, 1));
}

/** Removes an axis of size 1. */
export function squeeze(x: Value, axis: number): Value {
  const at = normalizeAxis(axis, x.dims.length);
  return emit('Squeeze', [x, int64List(x, [at])], x.dims.toSpliced(at, 1));
}
