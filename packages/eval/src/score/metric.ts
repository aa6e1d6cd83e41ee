/**
 * A metric of a set of items by mergeable sufficient statistics: each item gives a short vector, vectors add up, and
 * the value is read off the sum. One path serves the corpus, streaming (only the sum is held), merging of parts,
 * the bootstrap and paired tests.
 */
export interface Metric<Item> {
  /** Name in results, such as `bleu4`. */
  readonly name: string;
  /** The choices that decide the number, by name, such as `{ prep: 'ptb', reflen: 'closest', agg: 'corpus' }`. */
  readonly convention: Readonly<Record<string, string | number>>;
  /** Length of the vector of statistics. */
  readonly length: number;
  /** @returns `[length]` statistics of one item. */
  stats(item: Item): Float64Array;
  /** @returns The value of a sum of statistics, or `null` where it has none, such as of no items. */
  finalise(sum: Float64Array): number | null;
}

/** Adds statistics onto a sum, in place; how parts are merged. */
export function mergeStats(sum: Float64Array, part: Float64Array): Float64Array {
  for (let i = 0; i < sum.length; i++) sum[i] += part[i];
  return sum;
}

/**
 * A value computed on `n` items and ready to be computed on any resample of them; what the bootstrap takes.
 * Metrics that are not sums (AUROC, average precision) give one of these as well.
 */
export interface Resampled {
  readonly n: number;
  /**
   * @param counts - `[n]` how often each item is drawn; each once if absent.
   * @returns The value, or `null` where it has none.
   */
  value(counts?: ArrayLike<number>): number | null;
}

/** Keeps the statistics of all items as one matrix, so that a resample only adds rows up. */
export function resampled<Item>(metric: Metric<Item>, items: readonly Item[]): Resampled {
  const { length } = metric;
  const rows = new Float64Array(items.length * length);
  for (const [i, item] of items.entries()) rows.set(metric.stats(item), i * length);
  return {
    n: items.length,
    value(counts) {
      const sum = new Float64Array(length);
      for (let i = 0; i < items.length; i++) {
        const weight = counts === undefined ? 1 : counts[i];
        if (weight === 0) continue;
        for (let j = 0; j < length; j++) sum[j] += weight * rows[i * length + j];
      }
      return metric.finalise(sum);
    },
  };
}
