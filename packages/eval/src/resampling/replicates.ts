import { createRandom, type Random } from '@cxrkit/core';
import type { Resampled } from '../score/metric.js';

/** Several statistics of the same `n` items, computed together; the same draws serve all of them. */
export interface ResampledMany {
  readonly n: number;
  /** Number of statistics. */
  readonly length: number;
  /**
   * @param counts - `[n]` how often each item is drawn.
   * @param values - `[length]` filled; NaN where a statistic has no value.
   */
  fill(counts: Uint16Array, values: Float64Array): void;
}

/** Joins statistics of the same items. */
export function together(n: number, statistics: readonly Resampled[]): ResampledMany {
  return {
    n,
    length: statistics.length,
    fill: (counts, values) => {
      for (let i = 0; i < statistics.length; i++)
        values[i] = statistics[i].value(counts) ?? Number.NaN;
    },
  };
}

/**
 * Computes statistics on bootstrap resamples. Replicate `i` depends on the seed and `i` only.
 *
 * @returns `[length][replicates]` NaN where a statistic has no value.
 */
export function replicate(
  statistics: ResampledMany,
  { replicates, seed }: { readonly replicates: number; readonly seed: number },
): Float64Array[] {
  const { n, length } = statistics;
  const table = Array.from({ length }, () => new Float64Array(replicates));
  const counts = new Uint16Array(n);
  const values = new Float64Array(length);
  for (let i = 0; i < replicates; i++) {
    draw(createRandom(seed, i), counts);
    statistics.fill(counts, values);
    for (let j = 0; j < length; j++) table[j][i] = values[j];
  }
  return table;
}

/** Draws as many items as there are, with replacement. */
export function draw(random: Random, counts: Uint16Array): void {
  counts.fill(0);
  for (let i = 0; i < counts.length; i++) counts[random.integer(counts.length)]++;
}

/**
 * Computes statistics with each item left out once.
 *
 * @returns `[length][n]` NaN where a statistic has no value.
 */
export function leaveOneOut(statistics: ResampledMany): Float64Array[] {
  const { n, length } = statistics;
  const table = Array.from({ length }, () => new Float64Array(n));
  const counts = new Uint16Array(n).fill(1);
  const values = new Float64Array(length);
  for (let i = 0; i < n; i++) {
    counts[i] = 0;
    statistics.fill(counts, values);
    counts[i] = 1;
    for (let j = 0; j < length; j++) table[j][i] = values[j];
  }
  return table;
}
