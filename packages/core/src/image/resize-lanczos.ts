import type { GrayImage } from './gray-image.js';
import { convolve, type ResampleKernel } from './pillow-convolution.js';

const LANCZOS_3: ResampleKernel = {
  support: 3,
  weight: (distance) => (distance >= -3 && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0),
};

/**
 * Resizes as Pillow's `Image.resize(..., LANCZOS)` (once `ANTIALIAS`): a sinc windowed at three lobes.
 *
 * @param image - `[H, W]` grey image; it is returned itself when the size is the same.
 * @returns `[height, width]`; equal to Pillow 9.4 on the fixtures.
 * @throws {@link InvalidInputError} if a side is no whole number of at least 1.
 */
export function resizeLanczos(image: GrayImage, width: number, height: number): GrayImage {
  return convolve(image, width, height, LANCZOS_3);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}
