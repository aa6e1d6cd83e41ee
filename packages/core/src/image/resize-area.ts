import { checkImage, checkSize, type GrayImage } from './gray-image.js';
import { resizeAreaEnlarge } from './resize-area-enlarge.js';
import { roundHalfEven } from './round-half-even.js';

/**
 * Resizes as OpenCV's `cv2.resize(..., interpolation=INTER_AREA)` on uint8: the mean over the area a
 * target pixel covers, edge pixels by their covered part; when a side grows, OpenCV's linear stand-in.
 *
 * @param image - `[H, W]` grey image; it is returned itself when the size is the same.
 * @returns `[height, width]`; equal to OpenCV 4.6 on the fixtures.
 * @throws {@link InvalidInputError} if a side is no whole number of at least 1.
 * @see OpenCV `modules/imgproc/src/resize.cpp` (the rules, not the code).
 */
export function resizeArea(image: GrayImage, width: number, height: number): GrayImage {
  checkImage(image);
  checkSize(width, height);
  if (image.width === width && image.height === height) return image;
  const scaleX = 1 / (width / image.width);
  const scaleY = 1 / (height / image.height);
  if (scaleX < 1 || scaleY < 1) return resizeAreaEnlarge(image, width, height);
  const stepX = roundHalfEven(scaleX);
  const stepY = roundHalfEven(scaleY);
  const isWhole =
    Math.abs(scaleX - stepX) < Number.EPSILON && Math.abs(scaleY - stepY) < Number.EPSILON;
  const data = isWhole
    ? meanOfBlocks(image, width, height, stepX, stepY)
    : meanOfAreas(
        image,
        tabulate(image.width, width, scaleX),
        tabulate(image.height, height, scaleY),
      );
  return { width, height, data };
}

// Whole factors: integer sums. 2 x 2 rounds halves up, the others to even, as OpenCV does.
function meanOfBlocks(
  { data, width: sourceWidth }: GrayImage,
  width: number,
  height: number,
  stepX: number,
  stepY: number,
): Uint8Array {
  const result = new Uint8Array(width * height);
  const sums = new Int32Array(width);
  const scale = Math.fround(1 / (stepX * stepY));
  const isTwoByTwo = stepX === 2 && stepY === 2;
  for (let y = 0, target = 0; y < height; y++) {
    sums.fill(0);
    for (let row = y * stepY; row < (y + 1) * stepY; row++)
      for (let x = 0, s = row * sourceWidth; x < width; x++) {
        let sum = 0;
        for (const end = s + stepX; s < end; s++) sum += data[s];
        sums[x] += sum;
      }
    for (let x = 0; x < width; x++, target++)
      result[target] = isTwoByTwo
        ? (sums[x] + 2) >> 2
        : roundHalfEven(Math.fround(sums[x] * scale));
  }
  return result;
}

/** Which source positions one axis' targets cover, and by what share; sorted by target. */
interface AreaTable {
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  /** float32; sum to 1 for each target. */
  readonly weights: Float32Array;
  readonly targetCount: number;
}

function tabulate(sourceCount: number, targetCount: number, scale: number): AreaTable {
  const sources: number[] = [];
  const targets: number[] = [];
  const weights: number[] = [];
  const add = (source: number, target: number, weight: number): void => {
    sources.push(source);
    targets.push(target);
    weights.push(weight);
  };
  for (let target = 0; target < targetCount; target++) {
    const start = target * scale;
    const end = start + scale;
    const extent = Math.min(scale, sourceCount - start);
    const last = Math.min(Math.floor(end), sourceCount - 1);
    const first = Math.min(Math.ceil(start), last);
    if (first - start > 1e-3) add(first - 1, target, (first - start) / extent);
    for (let source = first; source < last; source++) add(source, target, 1 / extent);
    if (end - last > 1e-3) add(last, target, Math.min(end - last, 1, extent) / extent);
  }
  return {
    sources: Int32Array.from(sources),
    targets: Int32Array.from(targets),
    weights: Float32Array.from(weights),
    targetCount,
  };
}

// Fractional factors: float32 sums in OpenCV's order (rows first), so that ties fall alike.
function meanOfAreas(image: GrayImage, columns: AreaTable, rows: AreaTable): Uint8Array {
  const width = columns.targetCount;
  const result = new Uint8Array(width * rows.targetCount);
  const row = new Float32Array(width);
  const sums = new Float32Array(width);
  let rowSource = -1;
  for (let k = 0; k < rows.sources.length; k++) {
    if (rows.sources[k] !== rowSource) {
      rowSource = rows.sources[k];
      sumRow(image, rowSource, columns, row);
    }
    const weight = rows.weights[k];
    for (let x = 0; x < width; x++) sums[x] += Math.fround(row[x] * weight);
    const target = rows.targets[k];
    if (rows.targets[k + 1] === target) continue;
    for (let x = 0; x < width; x++) result[target * width + x] = roundHalfEven(sums[x]);
    sums.fill(0);
  }
  return result;
}

function sumRow(
  { data, width }: GrayImage,
  row: number,
  { sources, targets, weights }: AreaTable,
  sums: Float32Array,
): void {
  sums.fill(0);
  const offset = row * width;
  for (let k = 0; k < sources.length; k++)
    sums[targets[k]] += Math.fround(data[offset + sources[k]] * weights[k]);
}
