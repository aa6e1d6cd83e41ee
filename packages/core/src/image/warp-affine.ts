import type { GrayImage } from './gray-image.js';

/** Maps a target pixel to the source: x = a X + b Y + c, y = d X + e Y + f, both at pixel centres. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/**
 * Resamples through an affine map with bilinear interpolation; for augmentation, not for preprocessing.
 *
 * @param fill - Grey level outside the source, in [0, 255].
 * @returns `[height, width]` float32 grey levels in [0, 255].
 */
export function warpAffine(
  { width: w, height: h, data }: GrayImage,
  [a, b, c, d, e, f]: Affine,
  width: number,
  height: number,
  fill = 0,
): Float32Array {
  const target = new Float32Array(width * height).fill(fill);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const x = a * (column + 0.5) + b * (row + 0.5) + c - 0.5;
      const y = d * (column + 0.5) + e * (row + 0.5) + f - 0.5;
      if (x <= -1 || y <= -1 || x >= w || y >= h) continue;
      const [x0, y0] = [Math.floor(x), Math.floor(y)];
      const [left, right] = [Math.max(0, x0), Math.min(w - 1, x0 + 1)];
      const [top, bottom] = [Math.max(0, y0) * w, Math.min(h - 1, y0 + 1) * w];
      const [u, v] = [x - x0, y - y0];
      const upper = data[top + left] * (1 - u) + data[top + right] * u;
      const lower = data[bottom + left] * (1 - u) + data[bottom + right] * u;
      target[row * width + column] = upper * (1 - v) + lower * v;
    }
  }
  return target;
}

/** How far a random view may stray from the plain one. */
export interface ViewJitter {
  /** Smallest and largest zoom. */
  readonly scale: readonly [number, number];
  /** Largest turn in degrees. */
  readonly rotation: number;
  /** Largest shift as a fraction of the view's side. */
  readonly shift: number;
}

/**
 * The map of a randomly zoomed, turned and shifted view; never mirrored, since left and right carry meaning.
 *
 * @param base - `[x, y, size]` of the plain square view in source pixels.
 * @param side - Pixels of the target.
 * @param draw - Three numbers in [-1, 1]-like ranges: zoom in [0, 1], turn, shift x and shift y in [-1, 1].
 */
export function viewAffine(
  base: readonly [x: number, y: number, size: number],
  side: number,
  jitter: ViewJitter,
  draw: {
    readonly zoom: number;
    readonly turn: number;
    readonly shiftX: number;
    readonly shiftY: number;
  },
): Affine {
  const [x, y, size] = base;
  const factor =
    (size / side) * (jitter.scale[0] + (jitter.scale[1] - jitter.scale[0]) * draw.zoom);
  const angle = (draw.turn * jitter.rotation * Math.PI) / 180;
  const [cos, sin] = [factor * Math.cos(angle), factor * Math.sin(angle)];
  const centerX = x + size / 2 + draw.shiftX * jitter.shift * size;
  const centerY = y + size / 2 + draw.shiftY * jitter.shift * size;
  const half = side / 2;
  return [cos, -sin, centerX - half * (cos - sin), sin, cos, centerY - half * (sin + cos)];
}
