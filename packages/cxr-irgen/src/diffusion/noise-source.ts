import { createRandom, elementCount, InvalidInputError } from '@cxrkit/core';

/** `[B, C, H, W]`. */
export type LatentDims = readonly [images: number, channels: number, height: number, width: number];

/** Where a sampler gets its standard normal numbers from. */
export interface NoiseSource {
  readonly dims: LatentDims;
  /** @returns Fresh numbers for the whole batch, `[B * C * H * W]`. */
  next(): Float32Array;
}

/**
 * Makes noise with a stream of its own for each image, so that an image comes out the same alone and in any batch.
 *
 * @param seeds - `[B]` 32-bit integers.
 * @param shape - `[C, H, W]`.
 * @throws {@link InvalidInputError} without a seed, or for one that is no 32-bit integer.
 */
export function seededNoise(
  seeds: readonly number[],
  shape: readonly [channels: number, height: number, width: number],
): NoiseSource {
  if (seeds.length === 0) throw new InvalidInputError('seeds', 'at least one', 'none');
  for (const seed of seeds)
    if (!Number.isInteger(seed) || seed < -(2 ** 31) || seed >= 2 ** 32)
      throw new InvalidInputError('seed', 'a 32-bit integer', seed);
  const streams = seeds.map((seed) => createRandom(seed));
  const size = elementCount(shape);
  return {
    dims: [seeds.length, ...shape],
    next: () => {
      const numbers = new Float32Array(seeds.length * size);
      for (const [image, random] of streams.entries())
        for (let i = 0; i < size; i++) numbers[image * size + i] = random.normal();
      return numbers;
    },
  };
}
