import { aurocResampled } from '../classification/auroc.js';
import { averagePrecisionResampled } from '../classification/average-precision.js';
import { checkScoredLabels } from '../classification/checks.js';
import { midRanks } from '../classification/mid-ranks.js';
import { type CompareOptions, type Comparison, compareResampled } from './compare-resampled.js';

export interface CompareRankedOptions extends CompareOptions {
  /** @defaultValue 'auroc' */
  readonly metric?: 'auroc' | 'averagePrecision';
  /**
   * What the randomisation swaps: `ranks` within each system, so that scales need not agree (Bandos et al. 2005), or
   * the `scores` as they are.
   *
   * @defaultValue 'ranks'
   */
  readonly swap?: 'ranks' | 'scores';
}

/**
 * Compares two scores of the same cases by a ranked metric.
 *
 * @param a - `[N]` scores of the first system.
 * @param b - `[N]` scores of the second.
 * @param labels - `[N]` 0 or 1.
 * @throws {@link InvalidInputError} if the lengths differ, a score is not finite, a label is not 0 or 1, there are no
 * cases or an option is out of its range.
 */
export function compareRanked(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  labels: ArrayLike<number>,
  { metric = 'auroc', swap = 'ranks', ...options }: CompareRankedOptions = {},
): Comparison {
  checkScoredLabels(a, labels);
  checkScoredLabels(b, labels);
  const scores = [a, b].flatMap((each) => Array.from(swap === 'ranks' ? midRanks(each) : each));
  const twice = [labels, labels].flatMap((each) => Array.from(each));
  const pooled =
    metric === 'auroc' ? aurocResampled(scores, twice) : averagePrecisionResampled(scores, twice);
  return compareResampled(pooled, { name: metric, convention: { swap } }, options);
}
