import { InvalidInputError } from '@cxrkit/core';

/** Pixels of an image in any range; a `GrayImage` or `FloatImage` of core is one. */
export interface ImagePixels {
  readonly width: number;
  readonly height: number;
  /**
   * Values a pixel, side by side.
   * @defaultValue 1
   */
  readonly channels?: number;
  /** `[height * width * channels]` row-major. */
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array | Float32Array | Float64Array;
}

/** An image and the one it is compared with. */
export interface ImagePair {
  readonly image: ImagePixels;
  readonly reference: ImagePixels;
}

/** One channel of an image. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array;
}

/**
 * Splits both images of a pair into channels.
 *
 * @throws {@link InvalidInputError} for two sizes, data that do not fit, values that are not finite, a side below `least`.
 */
export function planePairs(
  { image, reference }: ImagePair,
  least = 1,
): readonly (readonly [Plane, Plane])[] {
  const size = (pixels: ImagePixels): string =>
    `${pixels.width} x ${pixels.height} x ${pixels.channels ?? 1}`;
  if (size(image) !== size(reference))
    throw new InvalidInputError(
      'image',
      `the size of the reference, ${size(reference)}`,
      size(image),
    );
  if (!(Math.min(image.width, image.height) >= least))
    throw new InvalidInputError('image', `sides of at least ${least} pixels`, size(image));
  const references = planes(reference, 'reference');
  return planes(image, 'image').map((plane, channel) => [plane, references[channel]] as const);
}

function planes({ width, height, channels = 1, data }: ImagePixels, name: string): Plane[] {
  if (data.length !== width * height * channels)
    throw new InvalidInputError(
      `${name}.data`,
      `${width * height * channels} values (${height} x ${width} x ${channels})`,
      data.length,
    );
  return Array.from({ length: channels }, (_, channel) => {
    const plane = new Float64Array(width * height);
    for (let i = 0; i < plane.length; i++) {
      plane[i] = data[i * channels + channel];
      if (!Number.isFinite(plane[i]))
        throw new InvalidInputError(
          `${name}.data[${i * channels + channel}]`,
          'a finite number',
          plane[i],
        );
    }
    return { width, height, data: plane };
  });
}
