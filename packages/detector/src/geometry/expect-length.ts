import { InvalidInputError } from '@cxrkit/core';

/**
 * Refuses an array whose length is not what its shape says.
 *
 * @param shape - The shape in words, such as `[N, 4]` or `[A, H, W]`.
 * @throws {@link InvalidInputError} if `array` has not `length` elements.
 */
export function expectLength(
  name: string,
  array: ArrayLike<unknown>,
  length: number,
  shape: string,
): void {
  if (array.length !== length)
    throw new InvalidInputError(name, `${length} elements (${shape})`, array.length);
}

/**
 * Counts the boxes of an array.
 *
 * @returns N of `[N, 4]`.
 * @throws {@link InvalidInputError} if the length is no multiple of 4.
 */
export function boxCount(name: string, boxes: Float32Array): number {
  if (boxes.length % 4 !== 0)
    throw new InvalidInputError(name, 'a multiple of 4 elements ([N, 4])', boxes.length);
  return boxes.length / 4;
}
