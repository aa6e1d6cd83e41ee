import { type Metric, mergeStats, type Resampled, resampled } from '@cxrkit/eval';

/** Statistics of all items of one metric, one after another in one array that grows. */
class StatisticsRows {
  #data = new Float64Array(1024);
  #used = 0;

  add(row: Float64Array): void {
    if (this.#used + row.length > this.#data.length) {
      const larger = new Float64Array(2 * this.#data.length + row.length);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data.set(row, this.#used);
    this.#used += row.length;
  }

  row(i: number, length: number): Float64Array {
    return this.#data.subarray(i * length, (i + 1) * length);
  }
}

/** Metrics over a stream of items: sums, and the statistics of each item only where they are drawn again. */
export class StatisticsTable<Item> {
  n = 0;
  readonly #metrics: readonly Metric<Item>[];
  readonly #sums: readonly Float64Array[];
  readonly #rows: readonly StatisticsRows[] | undefined;

  /** @param options - `keepsRows`: whether resamples and comparisons will be asked. */
  constructor(metrics: readonly Metric<Item>[], { keepsRows }: { readonly keepsRows: boolean }) {
    this.#metrics = metrics;
    this.#sums = metrics.map(({ length }) => new Float64Array(length));
    this.#rows = keepsRows ? metrics.map(() => new StatisticsRows()) : undefined;
  }

  /** @returns The statistics of the item, a metric each; another call may write over them. */
  add(item: Item): readonly Float64Array[] {
    this.n++;
    return this.#metrics.map((metric, m) => {
      const stats = metric.stats(item);
      mergeStats(this.#sums[m], stats);
      this.#rows?.[m].add(stats);
      return stats;
    });
  }

  /** @returns The value of one metric of all items. */
  value(m: number): number | null {
    return this.#metrics[m].finalise(this.#sums[m]);
  }

  /** @returns One metric, ready for resamples; needs the rows. */
  resampled(m: number): Resampled {
    return resampled(this.metricOfRows(m), this.rows(m));
  }

  /** @returns One metric that takes rows of statistics for items. */
  metricOfRows(m: number): Metric<Float64Array> {
    const { name, convention, length, finalise } = this.#metrics[m];
    return { name, convention, length, finalise, stats: (row) => row };
  }

  /**
   * @param order - Items that are wanted, in this order; all if absent.
   * @returns Statistics of items, a row each.
   */
  rows(m: number, order?: readonly number[]): Float64Array[] {
    const rows = this.#rows?.[m];
    if (rows === undefined) return [];
    const { length } = this.#metrics[m];
    const indices = order ?? Array.from({ length: this.n }, (_, i) => i);
    return indices.map((i) => rows.row(i, length));
  }
}
