import { InvalidInputError } from '@cxrkit/core';
import type { Resampled } from '../score/metric.js';
import { checkScoredLabels } from './checks.js';
import { rocCurve } from './curves.js';
import { defined, onceEach, rankedAuroc, rankScores } from './ranked.js';

/**
 * Computes the area under the ROC curve: the chance that a positive scores above a negative, ties counting half
 * (Hanley & McNeil 1982; equal to scikit-learn's `roc_auc_score`).
 *
 * @param scores - `[N]` finite numbers, larger = more likely present.
 * @param labels - `[N]` 0 or 1.
 * @returns In [0, 1], or `null` where only one class is there: it has no value then, and 0.5 would be a lie.
 * @throws {@link InvalidInputError} if the lengths differ, a score is not finite or a label is not 0 or 1.
 */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number>): number | null {
  return aurocResampled(scores, labels).value();
}

/**
 * Prepares the AUROC for resampling: sorted once, then one linear pass per resample.
 *
 * @throws {@link InvalidInputError} as {@link auroc}.
 */
export function aurocResampled(scores: ArrayLike<number>, labels: ArrayLike<number>): Resampled {
  checkScoredLabels(scores, labels);
  const ranked = rankScores(scores, labels);
  return {
    n: ranked.n,
    value: (counts = onceEach(ranked.n)) => defined(rankedAuroc(ranked, counts)),
  };
}

export interface PartialAurocOptions {
  /** Right end of the false-positive rates, in (0, 1]. */
  readonly maximumFalsePositiveRate: number;
  /**
   * Rescales so that chance is 0.5 and a perfect order 1 (McClish 1989, as scikit-learn's `max_fpr` does);
   * otherwise the plain area, in [0, maximumFalsePositiveRate].
   *
   * @defaultValue true
   */
  readonly standardised?: boolean;
}

/**
 * Computes the area under the left part of the ROC curve, which is linear between its points.
 *
 * @returns `null` where only one class is there.
 * @throws {@link InvalidInputError} as {@link auroc}, or for a rate outside (0, 1].
 */
export function partialAuroc(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  { maximumFalsePositiveRate: end, standardised = true }: PartialAurocOptions,
): number | null {
  if (!(end > 0 && end <= 1))
    throw new InvalidInputError('maximumFalsePositiveRate', 'a number in (0, 1]', end);
  const curve = rocCurve(scores, labels);
  if (curve === null) return null;
  const { falsePositiveRate: x, truePositiveRate: y } = curve;
  let area = 0;
  for (let i = 1; i < x.length && x[i - 1] < end; i++) {
    const width = Math.min(x[i], end) - x[i - 1];
    const right = x[i] <= end ? y[i] : y[i - 1] + ((y[i] - y[i - 1]) * width) / (x[i] - x[i - 1]);
    area += (width * (y[i - 1] + right)) / 2;
  }
  if (!standardised) return area;
  const chance = (end * end) / 2;
  return (1 + (area - chance) / (end - chance)) / 2;
}
