import type { GrayImage } from './gray-image.js';
import { roundHalfEven } from './round-half-even.js';

/** Fixed-point one of OpenCV's linear weights. */
const ONE = 2048;

/** Two neighbours and their fixed-point weights for each target position of one axis. */
interface LinearTable {
  readonly near: Int32Array;
  readonly far: Int32Array;
  readonly nearWeights: Int32Array;
  readonly farWeights: Int32Array;
}

/**
 * What OpenCV's INTER_AREA does as soon as one side grows: two-tap interpolation whose weight follows
 * the covered area, in 11-bit fixed point.
 *
 * @see OpenCV `modules/imgproc/src/resize.cpp`, the `area_mode` branch of `resize`.
 */
export function resizeAreaEnlarge(image: GrayImage, width: number, height: number): GrayImage {
  const columns = tabulate(image.width, width);
  const rows = tabulate(image.height, height);
  const data = new Uint8Array(width * height);
  let above = new Int32Array(width);
  let below = new Int32Array(width);
  let aboveRow = -1;
  let belowRow = -1;
  for (let y = 0, target = 0; y < height; y++) {
    if (rows.near[y] === belowRow) {
      [above, below] = [below, above];
      [aboveRow, belowRow] = [belowRow, aboveRow];
    }
    if (rows.near[y] !== aboveRow) blendColumns(image, rows.near[y], columns, above);
    if (rows.far[y] !== belowRow) blendColumns(image, rows.far[y], columns, below);
    aboveRow = rows.near[y];
    belowRow = rows.far[y];
    const weightAbove = rows.nearWeights[y];
    const weightBelow = rows.farWeights[y];
    for (let x = 0; x < width; x++, target++)
      data[target] =
        (((weightAbove * (above[x] >> 4)) >> 16) + ((weightBelow * (below[x] >> 4)) >> 16) + 2) >>
        2;
  }
  return { width, height, data };
}

function tabulate(sourceCount: number, targetCount: number): LinearTable {
  const inverse = targetCount / sourceCount;
  const scale = 1 / inverse;
  const near = new Int32Array(targetCount);
  const far = new Int32Array(targetCount);
  const nearWeights = new Int32Array(targetCount);
  const farWeights = new Int32Array(targetCount);
  for (let target = 0; target < targetCount; target++) {
    const source = Math.min(Math.floor(target * scale), sourceCount - 1);
    const covered = Math.fround(target + 1 - (source + 1) * inverse);
    const fraction = covered <= 0 ? 0 : covered - Math.floor(covered);
    near[target] = source;
    far[target] = Math.min(source + 1, sourceCount - 1);
    nearWeights[target] = roundHalfEven(Math.fround(1 - fraction) * ONE);
    farWeights[target] = roundHalfEven(fraction * ONE);
  }
  return { near, far, nearWeights, farWeights };
}

function blendColumns(
  { data, width }: GrayImage,
  row: number,
  { near, far, nearWeights, farWeights }: LinearTable,
  result: Int32Array,
): void {
  const offset = row * width;
  for (let x = 0; x < result.length; x++)
    result[x] = data[offset + near[x]] * nearWeights[x] + data[offset + far[x]] * farWeights[x];
}
