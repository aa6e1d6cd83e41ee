import type { GrayImage } from './gray-image.js';
import { convolve, type ResampleKernel } from './pillow-convolution.js';

const TRIANGLE: ResampleKernel = {
  support: 1,
  weight: (distance) => Math.max(0, 1 - Math.abs(distance)),
};

/**
 * Resizes as Pillow's `Image.resize(..., BILINEAR)`: a triangle that widens with the shrink factor.
 *
 * @param image - `[H, W]` grey image; it is returned itself when the size is the same.
 * @returns `[height, width]`; equal to Pillow 9.4 on the fixtures.
 * @throws {@link InvalidInputError} if a side is no whole number of at least 1.
 */
export function resizeBilinearAntialias(
  image: GrayImage,
  width: number,
  height: number,
): GrayImage {
  return convolve(image, width, height, TRIANGLE);
}
