import type { CocoColumns } from './coco-columns.js';
import type { CocoSettings } from './coco-options.js';

/** What a detection is at one area range and threshold. */
export const MISS = 0;
export const HIT = 1;
const IGNORED = 2;

/** Rows of one image and category within the columns. */
interface Group {
  /** Best score first, no more than count. */
  readonly detections: Int32Array;
  /** In the order of the file. */
  readonly truth: Int32Array;
}

// A match needs an overlap of at least the threshold, but equal boxes always match (pycocotools, evaluateImg).
const SURE = 1 - 1e-10;

/**
 * Assigns the detections of one image and category to its true boxes at every area range and threshold, greedily from
 * the best score down, as pycocotools' `evaluateImg` does: of equal overlaps the later true box is taken, a box that
 * does not count is taken only when no other is left, and a crowd is taken any number of times.
 *
 * @param states - `[D, A, T]` receives {@link MISS}, {@link HIT} or {@link IGNORED}.
 * @param counted - `[G, A]` receives 1 where a true box counts.
 */
export function matchGroup(
  group: Group,
  columns: CocoColumns,
  settings: CocoSettings,
  states: Uint8Array,
  counted: Uint8Array,
): void {
  const { areas, iouThresholds } = settings;
  const { detections, truth } = group;
  const overlaps = groupOverlaps(group, columns, settings.overlap === 'iobb');
  const isTaken = new Uint8Array(truth.length);
  const { hasIdZero } = columns.truth;
  const isVoid = Uint8Array.from(truth, (g) => (settings.strictPycocotools ? hasIdZero[g] : 0));
  const cells = areas.length * iouThresholds.length;
  for (let a = 0; a < areas.length; a++) {
    const { low, high } = areas[a];
    const isIgnored = Uint8Array.from(truth, (g) => {
      const area = columns.truth.area[g];
      return columns.truth.isCrowd[g] | Number(area < low || area > high);
    });
    for (let g = 0; g < truth.length; g++) counted[g * areas.length + a] = 1 - isIgnored[g];
    const isOut = Uint8Array.from(detections, (d) => {
      const area = columns.detections.box[4 * d + 2] * columns.detections.box[4 * d + 3];
      return Number(area < low || area > high);
    });
    const kinds = { isIgnored, isVoid, isOut };
    const order = ignoredLast(isIgnored);
    for (let t = 0; t < iouThresholds.length; t++) {
      isTaken.fill(0);
      for (let d = 0; d < detections.length; d++) {
        const start = d * truth.length;
        const g = bestTruth(overlaps, start, iouThresholds[t], order, isIgnored, isTaken);
        if (g >= 0 && columns.truth.isCrowd[truth[g]] === 0) isTaken[g] = 1;
        states[d * cells + a * iouThresholds.length + t] = stateOf(d, g, kinds);
      }
    }
  }
}

interface Kinds {
  /** `[G]` true boxes that do not count. */
  readonly isIgnored: Uint8Array;
  /** `[G]` true boxes whose match is not seen. */
  readonly isVoid: Uint8Array;
  /** `[D]` detections outside the area range, which miss nothing. */
  readonly isOut: Uint8Array;
}

/** @param g - The matched true box, or -1. */
function stateOf(d: number, g: number, { isIgnored, isVoid, isOut }: Kinds): number {
  if (g >= 0 && isIgnored[g] === 1) return IGNORED;
  if (g >= 0 && isVoid[g] === 0) return HIT;
  return isOut[d] === 1 ? IGNORED : MISS;
}

function bestTruth(
  overlaps: Float64Array,
  start: number,
  threshold: number,
  order: Int32Array,
  isIgnored: Uint8Array,
  isTaken: Uint8Array,
): number {
  let best = -1;
  let least = Math.min(threshold, SURE);
  for (let j = 0; j < order.length; j++) {
    const g = order[j];
    if (isTaken[g] === 1) continue;
    if (best >= 0 && isIgnored[best] < isIgnored[g]) break;
    const overlap = overlaps[start + g];
    if (overlap < least) continue;
    least = overlap;
    best = g;
  }
  return best;
}

function ignoredLast(isIgnored: Uint8Array): Int32Array {
  const order = new Int32Array(isIgnored.length);
  let next = 0;
  for (const wanted of [0, 1])
    for (let g = 0; g < isIgnored.length; g++) if (isIgnored[g] === wanted) order[next++] = g;
  return order;
}

/** Intersection over union `[D, G]`, or over the detection's area of a crowd (pycocotools, `bbIou`). */
function groupOverlaps(
  { detections, truth }: Group,
  columns: CocoColumns,
  isIobb: boolean,
): Float64Array {
  const overlaps = new Float64Array(detections.length * truth.length);
  const boxes = columns.detections.box;
  const others = columns.truth.box;
  for (let d = 0; d < detections.length; d++) {
    const p = 4 * detections[d];
    const area = boxes[p + 2] * boxes[p + 3];
    for (let g = 0; g < truth.length; g++) {
      const q = 4 * truth[g];
      const w =
        Math.min(boxes[p] + boxes[p + 2], others[q] + others[q + 2]) -
        Math.max(boxes[p], others[q]);
      const h =
        Math.min(boxes[p + 1] + boxes[p + 3], others[q + 1] + others[q + 3]) -
        Math.max(boxes[p + 1], others[q + 1]);
      if (w <= 0 || h <= 0) continue;
      const isOverDetection = isIobb || columns.truth.isCrowd[truth[g]] === 1;
      const union = isOverDetection ? area : area + others[q + 2] * others[q + 3] - w * h;
      overlaps[d * truth.length + g] = (w * h) / union;
    }
  }
  return overlaps;
}
