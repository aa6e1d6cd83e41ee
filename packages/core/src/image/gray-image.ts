import { InvalidInputError } from '../errors.js';

/** `[H, W]` grey levels, row-major, 0 (black) to 255 (white), origin top left: the picture type of CXRKit. */
export interface GrayImage {
  readonly width: number;
  readonly height: number;
  /** `[H * W]`; the level at (x, y) is `data[y * width + x]`. */
  readonly data: Uint8Array;
}

/** `[H, W, 3]` red, green, blue levels, row-major, 0 to 255; for overlays, never a model input. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** `[H * W * 3]`; red of (x, y) is `data[(y * width + x) * 3]`. */
  readonly data: Uint8Array;
}

/** `[H, W]` real values, row-major; the range is the caller's. */
export interface FloatImage {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Resizes a grey image to exactly `width` x `height`; every u8 resampler here is one. */
export type Resampler = (image: GrayImage, width: number, height: number) => GrayImage;

/** Refuses sides that are not whole numbers of at least one pixel. */
export function checkSize(width: number, height: number): void {
  for (const [name, side] of Object.entries({ width, height }))
    if (!Number.isSafeInteger(side) || side < 1)
      throw new InvalidInputError(name, 'a whole number of pixels, at least 1', side);
}

/** Refuses an image whose data does not fill `width` x `height` with `channels` values a pixel. */
export function checkImage(image: GrayImage | RgbImage | FloatImage, channels = 1): void {
  checkSize(image.width, image.height);
  const expected = image.width * image.height * channels;
  if (image.data.length !== expected)
    throw new InvalidInputError(
      'image.data',
      `${expected} values (${image.width} x ${image.height} x ${channels})`,
      image.data.length,
    );
}
