import { HIT, MISS } from './match-group.js';
import type { CategoryMatches, CocoMatches } from './match-images.js';

/** Recall levels at which precision is read: 0, 0.01, ... 1 (numpy's floats). */
export const RECALL_LEVELS: readonly number[] = Array.from({ length: 101 }, (_, i) => i * 0.01);

/** Which curve of which category. */
export interface CurveCell {
  readonly category: number;
  readonly area: number;
  readonly threshold: number;
  readonly maxDetections: number;
}

/** One curve; arrays are overwritten by the next reading. */
export interface CurveReading {
  /** `[101]` best precision at this recall or beyond; 0 where the recall is never reached. */
  readonly precision: Float64Array;
  /** `[101]` score of the detection that reaches the recall; 0 where none does. */
  readonly scores: Float64Array;
  /** Recall of all detections. */
  recall: number;
}

const EPSILON = 2 ** -52; // numpy.spacing(1)

/** Reads precision-recall curves off matches; keeps its working memory between readings. */
export class CurveReader {
  readonly #matches: CocoMatches;
  readonly #recalls: Float64Array;
  readonly #precisions: Float64Array;
  readonly #scores: Float64Array;
  readonly #reading: CurveReading = {
    precision: new Float64Array(RECALL_LEVELS.length),
    scores: new Float64Array(RECALL_LEVELS.length),
    recall: 0,
  };

  constructor(matches: CocoMatches) {
    this.#matches = matches;
    const longest = matches.byCategory.reduce((most, { order }) => Math.max(most, order.length), 0);
    this.#recalls = new Float64Array(longest);
    this.#precisions = new Float64Array(longest);
    this.#scores = new Float64Array(longest);
  }

  /** @returns How many true boxes of a category count in an area range. */
  positives(category: number, area: number, counts?: ArrayLike<number>): number {
    const { counted, truthImages } = this.#matches.byCategory[category];
    const areas = this.#matches.settings.areas.length;
    let sum = 0;
    for (let g = 0; g < truthImages.length; g++)
      if (counted[g * areas + area] === 1) sum += counts === undefined ? 1 : counts[truthImages[g]];
    return sum;
  }

  /**
   * Reads one curve (pycocotools, `accumulate`).
   *
   * @param positives - Of the cell's category and area, above 0.
   * @param counts - `[N]` how often each image is drawn; copies of an image lie side by side.
   */
  read(cell: CurveCell, positives: number, counts?: ArrayLike<number>): CurveReading {
    const reading = this.#reading;
    reading.precision.fill(0);
    reading.scores.fill(0);
    const first = { score: Number.NaN };
    const hits = this.#walk(
      this.#matches.byCategory[cell.category],
      cell,
      positives,
      counts,
      first,
    );
    reading.recall = hits === 0 ? 0 : this.#recalls[hits - 1];
    // From the last hit down, precision is the best seen so far; each level is reached by the first hit at or above it.
    let level = RECALL_LEVELS.length - 1;
    let best = 0;
    while (level >= 0 && RECALL_LEVELS[level] > reading.recall) level--;
    for (let i = hits - 1; i >= 0; i--) {
      best = Math.max(best, this.#precisions[i]);
      const below = i === 0 ? -1 : this.#recalls[i - 1];
      for (; level >= 0 && RECALL_LEVELS[level] > below; level--) {
        reading.precision[level] = best;
        reading.scores[level] = this.#scores[i];
      }
    }
    // Recall 0 is reached by the first detection of all, hit or not.
    if (!Number.isNaN(first.score)) reading.scores[0] = first.score;
    return reading;
  }

  /** Runs down the scores and notes recall, precision and score at each hit. */
  #walk(
    matches: CategoryMatches,
    { area, threshold, maxDetections }: CurveCell,
    positives: number,
    counts: ArrayLike<number> | undefined,
    first: { score: number },
  ): number {
    const { areas, iouThresholds } = this.#matches.settings;
    const { order, ranks, images, states, scores } = matches;
    const stride = areas.length * iouThresholds.length;
    const offset = area * iouThresholds.length + threshold;
    let hits = 0;
    let tp = 0;
    let fp = 0;
    for (let i = 0; i < order.length; i++) {
      const d = order[i];
      const weight = counts === undefined ? 1 : counts[images[d]];
      if (ranks[d] >= maxDetections || weight === 0) continue;
      if (Number.isNaN(first.score)) first.score = scores[d];
      const state = states[d * stride + offset];
      if (state === MISS) fp += weight;
      if (state !== HIT) continue;
      tp += weight;
      this.#recalls[hits] = tp / positives;
      this.#precisions[hits] = tp / (fp + tp + EPSILON);
      this.#scores[hits++] = scores[d];
    }
    return hits;
  }
}
