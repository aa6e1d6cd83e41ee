import { checkImage, checkSize, type GrayImage } from './gray-image.js';

/** A resampling kernel in units of source pixels; it is widened when shrinking (antialias). */
export interface ResampleKernel {
  /** Half width outside which `weight` is 0. */
  readonly support: number;
  weight(distance: number): number;
}

/** Bits after the point of Pillow's 8-bit weights: 32 minus 8 of the sample minus 2 to spare. */
const PRECISION_BITS = 22;
const HALF = 1 << (PRECISION_BITS - 1);

/** Weights of one axis: target t takes `counts[t]` sources from `starts[t]` on. */
interface AxisWeights {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** Weights of target t begin at `t * stride`. */
  readonly weights: Int32Array;
  readonly stride: number;
}

/**
 * Resizes as Pillow does for mode `L`: columns first, rounded to uint8, then rows; weights in 22-bit
 * fixed point. An axis that keeps its length is not touched.
 *
 * @see Pillow `src/libImaging/Resample.c` (the rules, not the code).
 */
export function convolve(
  image: GrayImage,
  width: number,
  height: number,
  kernel: ResampleKernel,
): GrayImage {
  checkImage(image);
  checkSize(width, height);
  const narrowed =
    width === image.width
      ? image
      : convolveColumns(image, width, axisWeights(image.width, width, kernel));
  return height === narrowed.height
    ? narrowed
    : convolveRows(narrowed, height, axisWeights(narrowed.height, height, kernel));
}

function axisWeights(
  sourceCount: number,
  targetCount: number,
  { support: reach, weight }: ResampleKernel,
): AxisWeights {
  const scale = sourceCount / targetCount;
  const widening = Math.max(scale, 1);
  const support = reach * widening;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(targetCount);
  const counts = new Int32Array(targetCount);
  const weights = new Int32Array(targetCount * stride);
  for (let target = 0; target < targetCount; target++) {
    const centre = (target + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(sourceCount, Math.trunc(centre + support + 0.5)) - start;
    const taps = Array.from({ length: count }, (_, i) =>
      weight((i + start - centre + 0.5) * (1 / widening)),
    );
    const sum = taps.reduce((total, tap) => total + tap, 0);
    starts[target] = start;
    counts[target] = count;
    for (let i = 0; i < count; i++)
      weights[target * stride + i] = fixedPoint(sum === 0 ? taps[i] : taps[i] / sum);
  }
  return { starts, counts, weights, stride };
}

/** Rounds halves away from zero. */
function fixedPoint(weight: number): number {
  return Math.trunc(weight * 2 ** PRECISION_BITS + (weight < 0 ? -0.5 : 0.5));
}

function convolveColumns(image: GrayImage, width: number, axis: AxisWeights): GrayImage {
  const { height, data: source } = image;
  const data = new Uint8Array(width * height);
  const { starts, counts, weights, stride } = axis;
  for (let y = 0, target = 0; y < height; y++)
    for (let x = 0; x < width; x++, target++) {
      let sum = HALF;
      let s = y * image.width + starts[x];
      let w = x * stride;
      for (const end = w + counts[x]; w < end; w++, s++) sum = (sum + source[s] * weights[w]) | 0;
      data[target] = clip(sum >> PRECISION_BITS);
    }
  return { width, height, data };
}

function convolveRows(image: GrayImage, height: number, axis: AxisWeights): GrayImage {
  const { width, data: source } = image;
  const data = new Uint8Array(width * height);
  const sums = new Int32Array(width);
  const { starts, counts, weights, stride } = axis;
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    for (let k = 0; k < counts[y]; k++) {
      const weight = weights[y * stride + k];
      for (let x = 0, s = (starts[y] + k) * width; x < width; x++, s++)
        sums[x] += source[s] * weight;
    }
    for (let x = 0; x < width; x++) data[y * width + x] = clip(sums[x] >> PRECISION_BITS);
  }
  return { width, height, data };
}

function clip(level: number): number {
  return Math.min(Math.max(level, 0), 255);
}
