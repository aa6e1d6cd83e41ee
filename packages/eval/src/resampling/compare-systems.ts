import { checkLength } from '../classification/checks.js';
import { type Metric, resampled } from '../score/metric.js';
import { type CompareOptions, type Comparison, compareResampled } from './compare-resampled.js';

/**
 * Compares two systems on the same items by a metric of sums.
 *
 * @param a - `[N]` items of the first system.
 * @param b - `[N]` items of the second, in the same order.
 * @throws {@link InvalidInputError} if the lengths differ, there are no items or an option is out of its range.
 */
export function compareSystems<Item>(
  a: readonly Item[],
  b: readonly Item[],
  metric: Metric<Item>,
  options: CompareOptions = {},
): Comparison {
  checkLength('b', `${a.length} items`, b.length, a.length);
  return compareResampled(resampled(metric, [...a, ...b]), metric, options);
}
