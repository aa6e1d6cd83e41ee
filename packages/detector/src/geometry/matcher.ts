import { overlapMatrix } from './overlap.js';

/** Match of a box that overlaps no ground truth enough. */
export const BACKGROUND = -1;

/** Match of a box whose overlap lies between the two thresholds: it is not trained on. */
export const BETWEEN_THRESHOLDS = -2;

/** When a box counts as a find of a ground-truth box. */
export interface MatchOptions {
  /** Overlap from which on a box is a match, in [0, 1]. */
  readonly foregroundIou: number;
  /** Overlap below which a box is background, in [0, 1]. */
  readonly backgroundIou: number;
  /** Also match the boxes that overlap a ground truth best, however little. */
  readonly keepsBestOfEach: boolean;
}

/**
 * Assigns each box the ground truth it overlaps best.
 *
 * Differs from torchvision in one case: a ground truth that no box touches gets none, instead of all.
 *
 * @param groundTruth - `[G, 4]` x0, y0, x1, y1; G may be 0.
 * @param boxes - `[N, 4]` x0, y0, x1, y1.
 * @returns `[N]` index of the ground truth, or {@link BACKGROUND} or {@link BETWEEN_THRESHOLDS}.
 * @see torchvision `models.detection._utils.Matcher` (`allow_low_quality_matches`).
 */
export function matchBoxes(
  groundTruth: Float32Array,
  boxes: Float32Array,
  { foregroundIou, backgroundIou, keepsBestOfEach }: MatchOptions,
): Int32Array {
  const count = boxes.length / 4;
  const iou = overlapMatrix(groundTruth, boxes); // [G, N]
  const best = bestOfEachBox(iou, count);
  const foreground = Math.fround(foregroundIou);
  const background = Math.fround(backgroundIou);
  const matches = best.index.map((match, n) => {
    if (best.iou[n] < background) return BACKGROUND;
    return best.iou[n] < foreground ? BETWEEN_THRESHOLDS : match;
  });
  if (keepsBestOfEach) restoreBestOfEachTruth(matches, best.index, iou, count);
  return matches;
}

function bestOfEachBox(
  iou: Float32Array,
  count: number,
): { readonly index: Int32Array; readonly iou: Float32Array } {
  const index = new Int32Array(count).fill(BACKGROUND);
  const bestIou = new Float32Array(count).fill(-1);
  for (let i = 0; i < iou.length; i++) {
    const n = i % count;
    if (iou[i] > bestIou[n]) {
      bestIou[n] = iou[i];
      index[n] = (i - n) / count;
    }
  }
  return { index, iou: bestIou };
}

// A restored box keeps the ground truth *it* overlaps best, which need not be the one it is best of.
function restoreBestOfEachTruth(
  matches: Int32Array,
  bestIndex: Int32Array,
  iou: Float32Array,
  count: number,
): void {
  for (let start = 0; start < iou.length; start += count) {
    const row = iou.subarray(start, start + count);
    const highest = row.reduce((a, b) => Math.max(a, b), 0);
    if (highest === 0) continue;
    for (let n = 0; n < count; n++) {
      if (row[n] === highest) matches[n] = bestIndex[n];
    }
  }
}
