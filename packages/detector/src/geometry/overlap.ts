import { boxCount } from './expect-length.js';

/**
 * Measures the areas of boxes, in single precision as the reference does.
 *
 * @param boxes - `[N, 4]` x0, y0, x1, y1.
 * @returns `[N]` areas.
 */
export function boxAreas(boxes: Float32Array): Float32Array {
  const areas = new Float32Array(boxCount('boxes', boxes));
  for (let n = 0; n < areas.length; n++) {
    const i = n * 4;
    areas[n] = Math.fround(boxes[i + 2] - boxes[i]) * Math.fround(boxes[i + 3] - boxes[i + 1]);
  }
  return areas;
}

/**
 * Intersection over union of box `i` of `a` and box `j` of `b`. Every step is rounded to single
 * precision: equal overlaps must compare equal exactly where they do in torchvision.
 *
 * @returns In [0, 1]; NaN for two empty boxes.
 */
export function overlap(
  a: Float32Array,
  areasA: Float32Array,
  i: number,
  b: Float32Array,
  areasB: Float32Array,
  j: number,
): number {
  const p = i * 4;
  const q = j * 4;
  const width = Math.fround(Math.min(a[p + 2], b[q + 2]) - Math.max(a[p], b[q]));
  const height = Math.fround(Math.min(a[p + 3], b[q + 3]) - Math.max(a[p + 1], b[q + 1]));
  const intersection = Math.fround(Math.max(width, 0) * Math.max(height, 0));
  const union = Math.fround(Math.fround(areasA[i] + areasB[j]) - intersection);
  return Math.fround(intersection / union);
}

/**
 * Intersection over union of all pairs.
 *
 * @param groundTruth - `[G, 4]` x0, y0, x1, y1.
 * @param boxes - `[N, 4]` x0, y0, x1, y1.
 * @returns `[G, N]` in [0, 1].
 * @see torchvision `ops.box_iou`.
 */
export function overlapMatrix(groundTruth: Float32Array, boxes: Float32Array): Float32Array {
  const areas = boxAreas(groundTruth);
  const boxAreasOfN = boxAreas(boxes);
  const count = boxAreasOfN.length;
  const matrix = new Float32Array(areas.length * count);
  for (let g = 0; g < areas.length; g++) {
    for (let n = 0; n < count; n++) {
      matrix[g * count + n] = overlap(groundTruth, areas, g, boxes, boxAreasOfN, n);
    }
  }
  return matrix;
}
