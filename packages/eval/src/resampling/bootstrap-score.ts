import { InvalidInputError } from '@cxrkit/core';
import type { Resampled } from '../score/metric.js';
import { type Interval, type Score, score } from '../score/score.js';
import { type BootstrapOptions, checkBootstrap } from './bootstrap.js';
import { type IntervalMethod, intervalOf } from './interval.js';
import { leaveOneOut, type ResampledMany, replicate, together } from './replicates.js';

/** How an interval is found. */
export interface IntervalOptions extends BootstrapOptions {
  /** @defaultValue 'percentile' */
  readonly method?: IntervalMethod;
}

/**
 * Estimates the interval of a value by the bootstrap: items are drawn with replacement, as many as there are.
 * Synchronous; a replicate costs one evaluation, BCa one more an item.
 *
 * @returns `null` where the statistic has no value.
 * @throws {@link InvalidInputError} for no items, no replicates or a confidence outside (0, 1).
 */
export function bootstrapInterval(
  statistic: Resampled,
  options: IntervalOptions = {},
): Interval | null {
  return bootstrapIntervals([statistic], options)[0];
}

/**
 * Estimates the intervals of several values of the same items from the same draws.
 *
 * @returns One a statistic, `null` where it has no value.
 * @throws {@link InvalidInputError} as {@link bootstrapInterval}, or if the numbers of items differ.
 */
export function bootstrapIntervals(
  statistics: readonly Resampled[],
  options: IntervalOptions = {},
): (Interval | null)[] {
  if (statistics.length === 0) return [];
  const { n } = statistics[0];
  for (const [i, statistic] of statistics.entries())
    if (statistic.n !== n)
      throw new InvalidInputError(`statistics[${i}]`, `a statistic of ${n} items`, statistic.n);
  return intervalsOf(together(n, statistics), options);
}

/** Estimates the intervals of statistics that are computed together. */
export function intervalsOf(
  statistics: ResampledMany,
  { replicates = 1000, confidence = 0.95, seed = 1, method = 'percentile' }: IntervalOptions = {},
): (Interval | null)[] {
  checkBootstrap({ replicates, confidence });
  if (statistics.n === 0) throw new InvalidInputError('items', 'at least one item', 0);
  const values = new Float64Array(statistics.length);
  statistics.fill(new Uint16Array(statistics.n).fill(1), values);
  const table = replicate(statistics, { replicates, seed });
  const leftOut = method === 'bca' ? leaveOneOut(statistics) : undefined;
  return table.map((row, i) =>
    intervalOf(
      {
        value: Number.isNaN(values[i]) ? null : values[i],
        replicates: row,
        ...(leftOut === undefined ? {} : { leftOut: leftOut[i] }),
      },
      { method, confidence, seed },
    ),
  );
}

/** What a score is called and how it was computed. */
export interface ScoreDescription {
  readonly name: string;
  /** The choices that decide the number, for the signature. */
  readonly convention?: Readonly<Record<string, string | number>>;
  /** Why there is no value, should there be none. */
  readonly reason?: string;
}

/**
 * Scores a statistic and adds its bootstrap interval.
 *
 * @param statistic - Such as `resampled(metric, items)` or {@link aurocResampled}.
 * @throws {@link InvalidInputError} as {@link bootstrapInterval}.
 */
export function bootstrapScore(
  { name, convention = {}, reason = 'the metric has no value on these items' }: ScoreDescription,
  statistic: Resampled,
  options: IntervalOptions = {},
): Score {
  const value = statistic.value();
  if (value === null) return score(name, convention, statistic.n, null, { reason });
  const interval = bootstrapInterval(statistic, options);
  return score(name, convention, statistic.n, value, interval === null ? {} : { interval });
}
