import { boxCount } from './expect-length.js';

/** Geometry of the pooling. */
export interface RoiAlignOptions {
  /** W of the feature map, in cells. */
  readonly featureWidth: number;
  /** H of the feature map, in cells. */
  readonly featureHeight: number;
  /** Feature cells per canvas pixel, such as 1/32. */
  readonly spatialScale: number;
  /** P: a region is pooled to P x P. */
  readonly pooledSize: number;
  /** Samples along each axis of a bin. @defaultValue 2 */
  readonly samplingRatio?: number;
}

/** RoIAlign as two matrix products: `pooled[n, c] = vertical[n] F[c] horizontal[n]^T`. */
export interface RoiAlignMatrices {
  /** `[N, P, H]` weight of each feature row in each row of bins. */
  readonly vertical: Float32Array;
  /** `[N, P, W]` weight of each feature column in each column of bins. */
  readonly horizontal: Float32Array;
}

/**
 * Writes RoIAlign as interpolation matrices. It separates because the weights of a bilinear sample
 * are a product over the axes and the mean over a bin's grid of samples is a mean of means; so a
 * graph of plain matrix products pools regions, on every device and with a gradient.
 *
 * Legacy mode: no half-cell shift, and a region is at least one cell wide and high.
 *
 * @param boxes - `[N, 4]` x0, y0, x1, y1 in canvas pixels; may leave the canvas.
 * @see He et al. 2017, section 3; torchvision `ops.roi_align` with `aligned=False`.
 */
export function roiAlignMatrices(
  boxes: Float32Array,
  { featureWidth, featureHeight, spatialScale, pooledSize, samplingRatio = 2 }: RoiAlignOptions,
): RoiAlignMatrices {
  const count = boxCount('boxes', boxes);
  const vertical = new Float32Array(count * pooledSize * featureHeight);
  const horizontal = new Float32Array(count * pooledSize * featureWidth);
  for (let n = 0; n < count; n++) {
    const [x0, y0, x1, y1] = boxes.subarray(n * 4, n * 4 + 4).map((edge) => edge * spatialScale);
    const rows = vertical.subarray(n * pooledSize * featureHeight);
    const columns = horizontal.subarray(n * pooledSize * featureWidth);
    fillAxis(rows, y0, y1, featureHeight, pooledSize, samplingRatio);
    fillAxis(columns, x0, x1, featureWidth, pooledSize, samplingRatio);
  }
  return { vertical, horizontal };
}

/** Fills `[P, length]` for the stretch from `start` to `end`, in cells. */
function fillAxis(
  matrix: Float32Array,
  start: number,
  end: number,
  length: number,
  pooledSize: number,
  samplingRatio: number,
): void {
  const binSize = Math.fround(Math.max(end - start, 1) / pooledSize);
  for (let bin = 0; bin < pooledSize; bin++) {
    for (let sample = 0; sample < samplingRatio; sample++) {
      const position = start + bin * binSize + ((sample + 0.5) * binSize) / samplingRatio;
      addSample(matrix, bin * length, length, position, 1 / samplingRatio);
    }
  }
}

// A sample more than one cell outside counts as zero; nearer ones read the border cell.
function addSample(
  matrix: Float32Array,
  row: number,
  length: number,
  position: number,
  weight: number,
): void {
  if (position < -1 || position > length) return;
  const inside = Math.min(Math.max(position, 0), length - 1);
  const low = Math.floor(inside);
  const fraction = inside - low;
  matrix[row + low] += weight * (1 - fraction);
  if (fraction > 0) matrix[row + low + 1] += weight * fraction;
}
