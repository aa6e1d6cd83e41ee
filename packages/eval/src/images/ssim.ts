import type { Metric } from '../score/metric.js';
import { type ImagePair, planePairs } from './image-pair.js';
import { type SimilarityConvention, similarityWindow } from './similarity-window.js';
import { structuralSimilarity } from './structural-similarity.js';

/** Options of {@link ssim}. */
export interface SsimOptions {
  /** @defaultValue 'wang' */
  readonly convention?: SimilarityConvention;
  /**
   * Largest less smallest possible value; 1 for images in [0, 1].
   * @defaultValue 255
   */
  readonly range?: number;
  /**
   * Counts a channel below 0 as 0.
   * @defaultValue false
   */
  readonly nonNegative?: boolean;
}

/**
 * Makes the structural similarity index, mean over channels, then over pairs (SSIM, Wang et al. 2004), in [-1, 1].
 * `stats` throws an InvalidInputError for pairs of two sizes or smaller than the window.
 */
export function ssim({
  convention = 'wang',
  range = 255,
  nonNegative = false,
}: SsimOptions = {}): Metric<ImagePair> {
  const window = similarityWindow(convention);
  return {
    name: 'ssim',
    convention: { window: convention, range, ...(nonNegative ? { negative: 'zero' } : {}) },
    length: 2,
    stats(pair) {
      const pairs = planePairs(pair, window.weights.length);
      let sum = 0;
      for (const [x, y] of pairs) {
        const { ssim: value } = structuralSimilarity(x, y, window, range);
        sum += nonNegative ? Math.max(0, value) : value;
      }
      return Float64Array.of(sum / pairs.length, 1);
    },
    finalise: ([sum, n]) => (n === 0 ? null : sum / n),
  };
}
