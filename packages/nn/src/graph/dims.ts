import { InvalidInputError } from '@cxrkit/core';

/** Size of one axis: a number, or the name of a dynamic axis such as `batch`. */
export type Dim = number | string;
export type Dims = readonly Dim[];

/** @returns True if every axis is a number. */
export function isStatic(dims: Dims): dims is readonly number[] {
  return dims.every((dim) => typeof dim === 'number');
}

/**
 * Asserts that an axis is a number.
 *
 * @throws {@link InvalidInputError} for a dynamic axis.
 */
export function staticDim(dim: Dim | undefined, what: string): number {
  if (typeof dim !== 'number') throw new InvalidInputError(what, 'a fixed axis', dim);
  return dim;
}

/** @returns The product of fixed axes. */
export function staticSize(dims: Dims, what = 'dims'): number {
  return dims.reduce<number>((size, dim) => size * staticDim(dim, what), 1);
}

/** @returns `axis` counted from the front; accepts negative axes. */
export function normalizeAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (positive < 0 || positive >= rank)
    throw new InvalidInputError('axis', `-${rank} to ${rank - 1}`, axis);
  return positive;
}

/**
 * Numpy broadcasting over named axes: equal names match, 1 stretches.
 *
 * @throws {@link InvalidInputError} if two axes cannot be matched.
 */
export function broadcastDims(a: Dims, b: Dims): Dims {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw new InvalidInputError(
      'dims',
      `shapes that broadcast with [${a.join(', ')}]`,
      `[${b.join(', ')}]`,
    );
  });
}

/** @returns The sum of two axes; a name when one of them is dynamic. */
export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a === 0) return b;
  return b === 0 ? a : `${a}+${b}`;
}

export function sameDims(a: Dims, b: Dims): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}
