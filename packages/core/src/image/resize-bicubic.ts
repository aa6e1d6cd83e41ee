import { checkImage, checkSize, type FloatImage } from './gray-image.js';

/** Sharpness of the cubic; torch's, where OpenCV has the same and Pillow -0.5. */
const A = -0.75;

/** Four clamped source indices and weights for each target position of one axis. */
interface CubicTable {
  /** `[4 * targets]` */
  readonly indices: Int32Array;
  /** `[4 * targets]` */
  readonly weights: Float32Array;
}

/**
 * Resizes as `torch.nn.functional.interpolate(mode='bicubic', align_corners=False, antialias=False)`:
 * four taps an axis wherever the target falls, so shrinking aliases as it did in training.
 *
 * @param image - `[H, W]` real values of any range; the result may overshoot it.
 * @returns `[height, width]`; within 1e-4 of torch 1.13 on the fixtures.
 * @throws {@link InvalidInputError} if a side is no whole number of at least 1.
 * @see Keys 1981 with a = -0.75; ATen `UpSample.h` (the rules, not the code).
 */
export function resizeBicubic(image: FloatImage, width: number, height: number): FloatImage {
  checkImage(image);
  checkSize(width, height);
  const columns = tabulate(image.width, width);
  const rows = tabulate(image.height, height);
  const data = new Float32Array(width * height);
  const blended = blendAllRows(image, width, columns); // [H, width]
  for (let y = 0, target = 0; y < height; y++) {
    const [i0, i1, i2, i3] = rows.indices.subarray(4 * y, 4 * y + 4).map((row) => row * width);
    const [w0, w1, w2, w3] = rows.weights.subarray(4 * y, 4 * y + 4);
    for (let x = 0; x < width; x++, target++)
      data[target] =
        blended[i0 + x] * w0 + blended[i1 + x] * w1 + blended[i2 + x] * w2 + blended[i3 + x] * w3;
  }
  return { width, height, data };
}

function blendAllRows(image: FloatImage, width: number, columns: CubicTable): Float32Array {
  const { indices, weights } = columns;
  const blended = new Float32Array(width * image.height);
  for (let y = 0, target = 0; y < image.height; y++) {
    const offset = y * image.width;
    for (let x = 0, k = 0; x < width; x++, k += 4, target++)
      blended[target] =
        image.data[offset + indices[k]] * weights[k] +
        image.data[offset + indices[k + 1]] * weights[k + 1] +
        image.data[offset + indices[k + 2]] * weights[k + 2] +
        image.data[offset + indices[k + 3]] * weights[k + 3];
  }
  return blended;
}

// The scale is float32 and the position is not, as torch 1.13's own weights show.
function tabulate(sourceCount: number, targetCount: number): CubicTable {
  const indices = new Int32Array(4 * targetCount);
  const weights = new Float32Array(4 * targetCount);
  const scale = Math.fround(sourceCount / targetCount);
  for (let target = 0; target < targetCount; target++) {
    const position = scale * (target + 0.5) - 0.5;
    const base = Math.floor(position);
    const t = position - base;
    for (let tap = 0; tap < 4; tap++)
      indices[4 * target + tap] = Math.min(Math.max(base - 1 + tap, 0), sourceCount - 1);
    weights.set([outer(t + 1), inner(t), inner(1 - t), outer(2 - t)], 4 * target);
  }
  return { indices, weights };
}

/** Keys' polynomial for |x| <= 1. */
function inner(x: number): number {
  return ((A + 2) * x - (A + 3)) * x * x + 1;
}

/** Keys' polynomial for 1 < |x| < 2. */
function outer(x: number): number {
  return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
}
