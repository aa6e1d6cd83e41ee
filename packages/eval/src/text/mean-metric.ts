import type { Metric } from '../score/metric.js';

/** Makes a metric whose corpus value is the mean of its items' values: statistics `[sum, n]`. */
export function meanMetric<Item>(
  name: string,
  convention: Metric<Item>['convention'],
  value: (item: Item) => number,
): Metric<Item> {
  return {
    name,
    convention: { ...convention, agg: 'mean' },
    length: 2,
    stats: (item) => Float64Array.of(value(item), 1),
    finalise: ([sum, n]) => (n === 0 ? null : sum / n),
  };
}
