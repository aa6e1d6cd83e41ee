import type { GrayImage } from './gray-image.js';
import { resizeArea } from './resize-area.js';

/**
 * Shrinks a picture by area averaging: an augmentation that takes fine texture away, so that compression and source
 * resolution, which often go with the label of a public set, cannot be learned in its place.
 *
 * @param factor - In (0, 1]; both sides are multiplied by it and are at least 1.
 */
export function lowerResolution(image: GrayImage, factor: number): GrayImage {
  const shrunk = (side: number): number => Math.max(1, Math.round(side * factor));
  return resizeArea(image, shrunk(image.width), shrunk(image.height));
}
