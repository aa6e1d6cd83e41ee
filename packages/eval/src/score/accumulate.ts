import { InvalidInputError } from '@cxrkit/core';
import { type Metric, mergeStats } from './metric.js';
import { type Score, score } from './score.js';

/** The sum of a part of a corpus; plain data, so it can cross to another thread or lie in a file. */
export interface PartialSum {
  /** Name and choices of the metric; parts merge only if these are equal. */
  readonly metric: string;
  /** Number of items. */
  readonly n: number;
  /** `[metric.length]` */
  readonly sum: Float64Array;
}

/** A metric computed item by item; holds sums, never items. */
export interface Accumulator<Item> {
  /** Adds one item. */
  add(item: Item): void;
  /**
   * Adds a part that was summed elsewhere.
   *
   * @throws {@link InvalidInputError} if the part is of another metric.
   */
  merge(part: PartialSum): void;
  /** @returns A copy of what was summed so far. */
  part(): PartialSum;
  /** @returns The value so far, or `null` where it has none. */
  value(): number | null;
  /** @returns The value so far with its signature. */
  score(): Score;
}

/**
 * Starts a metric over a stream of items.
 *
 * @example
 * const bleu4 = accumulate(bleu());
 * for await (const pair of pairs) bleu4.add(pair);
 * bleu4.value();
 */
export function accumulate<Item>(metric: Metric<Item>): Accumulator<Item> {
  const sum = new Float64Array(metric.length);
  const name = JSON.stringify([metric.name, metric.convention]);
  let n = 0;
  const value = (): number | null => metric.finalise(sum);
  return {
    add(item) {
      mergeStats(sum, metric.stats(item));
      n++;
    },
    merge(part) {
      if (part.metric !== name || part.sum.length !== sum.length)
        throw new InvalidInputError('part', `a sum of ${name}`, part.metric);
      mergeStats(sum, part.sum);
      n += part.n;
    },
    part: () => ({ metric: name, n, sum: sum.slice() }),
    value,
    score() {
      const result = value();
      const reason = n === 0 ? 'no items' : 'the metric has no value for these items';
      return score(metric.name, metric.convention, n, result, result === null ? { reason } : {});
    },
  };
}
