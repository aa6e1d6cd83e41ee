import { checkImage, checkSize, type GrayImage, type Resampler } from './gray-image.js';
import { resizeBilinearAntialias } from './resize-bilinear-antialias.js';

/**
 * Scales the shorter side to `side` and keeps the aspect, as torchvision's `Resize(side)`: the longer
 * side is `trunc(side * longer / shorter)`.
 *
 * @param resize - Defaults to {@link resizeBilinearAntialias}, R-CLIP's.
 * @throws {@link InvalidInputError} if `side` is no whole number of at least 1.
 * @see CXR-CLIP `data_utils.py:47-67`.
 */
export function resizeShorterSide(
  image: GrayImage,
  side: number,
  resize: Resampler = resizeBilinearAntialias,
): GrayImage {
  checkImage(image);
  checkSize(side, side);
  const { width, height } = image;
  return width <= height
    ? resize(image, side, Math.trunc((side * height) / width))
    : resize(image, Math.trunc((side * width) / height), side);
}
