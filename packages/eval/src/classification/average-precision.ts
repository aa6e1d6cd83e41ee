import type { Resampled } from '../score/metric.js';
import { checkScoredLabels } from './checks.js';
import { precisionRecallCurve } from './curves.js';
import { defined, onceEach, rankedAveragePrecision, rankScores } from './ranked.js';

/**
 * Computes the average precision: sum of (R_i - R_(i-1)) P_i over distinct thresholds, nothing interpolated
 * (equal to scikit-learn's `average_precision_score`).
 *
 * @param scores - `[N]` finite numbers, larger = more likely present.
 * @param labels - `[N]` 0 or 1.
 * @returns In (0, 1], or `null` without positives; 1 with positives only.
 * @throws {@link InvalidInputError} if the lengths differ, a score is not finite or a label is not 0 or 1.
 */
export function averagePrecision(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): number | null {
  return averagePrecisionResampled(scores, labels).value();
}

/**
 * Prepares the average precision for resampling: sorted once, then one linear pass per resample.
 *
 * @throws {@link InvalidInputError} as {@link averagePrecision}.
 */
export function averagePrecisionResampled(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): Resampled {
  checkScoredLabels(scores, labels);
  const ranked = rankScores(scores, labels);
  return {
    n: ranked.n,
    value: (counts = onceEach(ranked.n)) => defined(rankedAveragePrecision(ranked, counts)),
  };
}

/**
 * Computes the area under the precision-recall curve by trapezoids. This is not the average precision: straight lines
 * between points of that curve are optimistic (Davis & Goadrich 2006), but papers report it.
 *
 * @returns `null` without positives.
 * @throws {@link InvalidInputError} as {@link averagePrecision}.
 */
export function precisionRecallTrapezoid(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): number | null {
  const curve = precisionRecallCurve(scores, labels);
  if (curve === null) return null;
  const { precision, recall } = curve;
  let area = 0;
  for (let i = 1; i < recall.length; i++)
    area += ((recall[i - 1] - recall[i]) * (precision[i - 1] + precision[i])) / 2;
  return area;
}
