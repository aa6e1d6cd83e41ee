import { createRandom, InvalidInputError } from '@cxrkit/core';
import { quantile } from './quantile.js';

/** How often and how surely. */
export interface BootstrapOptions {
  /** @defaultValue 1000 */
  readonly replicates?: number;
  /** @defaultValue 0.95 */
  readonly confidence?: number;
  /** @defaultValue 1 */
  readonly seed?: number;
}

/** A statistic with its bootstrap interval. */
export interface BootstrapEstimate {
  /** On the items as they are. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly method: 'percentile';
  readonly confidence: number;
  /** Replicates in which the statistic had a value. */
  readonly replicates: number;
  /** Of the draws. */
  readonly seed: number;
}

/**
 * Estimates a statistic of any list of items with its percentile interval (Efron & Tibshirani 1993, chapter 13): items
 * are drawn with replacement. For metrics of this package {@link bootstrapScore} is many times faster.
 *
 * @param statistic - Of a list of items; `null` where it has no value, such replicates are left out and counted.
 * @throws {@link InvalidInputError} for no items, no replicates or a confidence outside (0, 1).
 */
export function bootstrap<Item>(
  items: readonly Item[],
  statistic: (sample: readonly Item[]) => number | null,
  { replicates = 1000, confidence = 0.95, seed = 1 }: BootstrapOptions = {},
): BootstrapEstimate {
  if (items.length === 0) throw new InvalidInputError('items', 'at least one item', items);
  checkBootstrap({ replicates, confidence });
  const random = createRandom(seed);
  const values: number[] = [];
  for (let i = 0; i < replicates; i++) {
    const value = statistic(items.map(() => items[random.integer(items.length)]));
    if (value !== null) values.push(value);
  }
  values.sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return {
    value: statistic(items),
    low: quantile(values, tail),
    high: quantile(values, 1 - tail),
    n: items.length,
    method: 'percentile',
    confidence,
    replicates: values.length,
    seed,
  };
}

/** Refuses a confidence outside (0, 1) and a number of replicates that is none. */
export function checkBootstrap({
  replicates,
  confidence,
}: {
  readonly replicates: number;
  readonly confidence: number;
}): void {
  if (!(confidence > 0 && confidence < 1))
    throw new InvalidInputError('confidence', 'a number in (0, 1)', confidence);
  if (!Number.isInteger(replicates) || replicates < 1)
    throw new InvalidInputError('replicates', 'a positive integer', replicates);
}
