import type { GrayImage } from './gray-image.js';

/** A canvas and where on it the picture's top left corner lies; `left` and `top` may be negative. */
interface PasteOptions {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  /** Grey level where the picture is not, 0 to 255. */
  readonly fill: number;
}

/** Puts a picture on a new canvas; what lies outside is cut. */
export function paste(image: GrayImage, options: PasteOptions): GrayImage {
  const { width, height, left, top, fill } = options;
  const data = new Uint8Array(width * height).fill(fill);
  const from = Math.max(0, -left);
  const to = Math.min(image.width, width - left);
  for (let y = Math.max(0, -top); y < Math.min(image.height, height - top); y++)
    data.set(
      image.data.subarray(y * image.width + from, y * image.width + Math.max(from, to)),
      (y + top) * width + left + from,
    );
  return { width, height, data };
}
