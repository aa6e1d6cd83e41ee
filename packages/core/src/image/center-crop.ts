import { checkImage, checkSize, type GrayImage } from './gray-image.js';
import { paste } from './paste.js';
import { roundHalfEven } from './round-half-even.js';

/**
 * Cuts the middle `width` x `height` out, as torchvision's `CenterCrop`: the odd pixel by rounding
 * half to even; a picture that is too small gets a black border first, the smaller half left and at
 * the top.
 *
 * @throws {@link InvalidInputError} if a side is no whole number of at least 1.
 */
export function centerCrop(image: GrayImage, width: number, height: number): GrayImage {
  checkImage(image);
  checkSize(width, height);
  return paste(image, {
    width,
    height,
    left: margin(width, image.width),
    top: margin(height, image.height),
    fill: 0,
  });
}

function margin(wanted: number, given: number): number {
  return given < wanted ? Math.floor((wanted - given) / 2) : -roundHalfEven((given - wanted) / 2);
}
