import type { Box } from '../box.js';
import { InvalidInputError } from '../errors.js';
import { checkImage, checkSize, type GrayImage, type Resampler } from './gray-image.js';
import { paste } from './paste.js';
import { resizeArea } from './resize-area.js';
import { roundHalfEven } from './round-half-even.js';

export interface LetterboxOptions {
  /** @defaultValue {@link resizeArea}, RGRG's. */
  readonly resize?: Resampler | undefined;
  /** Grey level of the border, 0 to 255. @defaultValue 0 */
  readonly fill?: number | undefined;
  /** How the scaled sides become whole: `half-even` as RGRG, `truncate` as CheXzero. @defaultValue 'half-even' */
  readonly rounding?: 'half-even' | 'truncate' | undefined;
}

/** Where a picture lies in a square canvas; maps a point (x, y) of it to `scale * x + left`, `scale * y + top`. */
export interface LetterboxPlacement {
  /** Canvas pixels a source pixel. */
  readonly scale: number;
  /** Width of the border on the left and at the top, in canvas pixels. */
  readonly left: number;
  readonly top: number;
  /** The picture before, in pixels. */
  readonly sourceWidth: number;
  readonly sourceHeight: number;
}

export interface Letterbox extends LetterboxPlacement {
  /** `[side, side]` */
  readonly image: GrayImage;
}

/**
 * Scales the longer side to `side`, keeps the aspect and centres the picture on a square:
 * `scale = side / max(W, H)`, border `floor((side - length) / 2)` left and at the top, the remainder
 * right and at the bottom.
 *
 * @throws {@link InvalidInputError} if `side` is no whole number of at least 1, or `fill` no grey level.
 * @see RGRG `generate_reports_for_images.py:129-147`; CheXzero `data_process.py:31-41`.
 */
export function letterbox(
  image: GrayImage,
  side: number,
  options: LetterboxOptions = {},
): Letterbox {
  const { resize = resizeArea, fill = 0, rounding = 'half-even' } = options;
  checkImage(image);
  checkSize(side, side);
  if (!Number.isInteger(fill) || fill < 0 || fill > 255)
    throw new InvalidInputError('fill', 'a whole grey level in 0..255', fill);
  const scale = side / Math.max(image.width, image.height);
  const whole = rounding === 'truncate' ? Math.trunc : roundHalfEven;
  const resized = resize(
    image,
    Math.max(1, whole(image.width * scale)),
    Math.max(1, whole(image.height * scale)),
  );
  const left = Math.floor((side - resized.width) / 2);
  const top = Math.floor((side - resized.height) / 2);
  return {
    image: paste(resized, { width: side, height: side, left, top, fill }),
    scale,
    left,
    top,
    sourceWidth: image.width,
    sourceHeight: image.height,
  };
}

/**
 * Maps a box on the canvas back to the source picture and clips it to that.
 *
 * @param box - In pixels of the canvas.
 * @returns In pixels of the source image, not rounded; empty when it lies in the border alone.
 */
export function toSource(box: Box, placement: LetterboxPlacement): Box {
  const { scale, left, top, sourceWidth, sourceHeight } = placement;
  const x = (value: number): number => clip((value - left) / scale, sourceWidth);
  const y = (value: number): number => clip((value - top) / scale, sourceHeight);
  return [x(box[0]), y(box[1]), x(box[2]), y(box[3])];
}

/** Maps a box of the source picture onto the canvas: the inverse of {@link toSource}, for training targets. */
export function toCanvas(box: Box, placement: LetterboxPlacement): Box {
  const { scale, left, top } = placement;
  return [box[0] * scale + left, box[1] * scale + top, box[2] * scale + left, box[3] * scale + top];
}

function clip(value: number, length: number): number {
  return Math.min(Math.max(value, 0), length);
}
