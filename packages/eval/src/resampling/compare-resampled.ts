import { createRandom, InvalidInputError, type Random } from '@cxrkit/core';
import type { Metric, Resampled } from '../score/metric.js';
import { type Interval, signature } from '../score/score.js';
import { checkBootstrap } from './bootstrap.js';
import { intervalOf } from './interval.js';
import { draw } from './replicates.js';

/**
 * How a difference of two systems is tested: `randomisation` swaps the two systems' items at random (approximate
 * randomisation, Noreen 1989; Riezler & Maxwell 2005), `bootstrap` draws items with replacement (Koehn 2004; p by the
 * distance of the replicates from their mean, as sacreBLEU does).
 */
export type PairedTest = 'randomisation' | 'bootstrap';

export interface CompareOptions {
  /** @defaultValue 'randomisation' */
  readonly test?: PairedTest;
  /** @defaultValue 10000 of the randomisation, 1000 of the bootstrap */
  readonly replicates?: number;
  /** @defaultValue 1 */
  readonly seed?: number;
  /**
   * Of the interval, which only the bootstrap gives.
   *
   * @defaultValue 0.95
   */
  readonly confidence?: number;
}

/** Two systems on the same items. */
export interface Comparison {
  readonly name: string;
  readonly a: number | null;
  readonly b: number | null;
  /** a - b */
  readonly difference: number | null;
  /** Two-sided, (c + 1) / (N + 1) with c of N replicates at least as far apart; `null` where a value is missing. */
  readonly p: number | null;
  readonly reason?: string;
  /** Percentile interval of the difference; of the bootstrap only. */
  readonly interval?: Interval;
  readonly n: number;
  readonly test: PairedTest;
  /** Replicates in which both systems had a value. */
  readonly replicates: number;
  readonly skipped: number;
  /** Of the metric. */
  readonly signature: string;
}

/**
 * Compares two systems by any value that can be resampled.
 *
 * @param pooled - Of `2 N` items: those of the first system, then those of the second in the same order.
 * @throws {@link InvalidInputError} for no items, an odd number, or an option out of its range.
 */
export function compareResampled(
  pooled: Resampled,
  metric: Pick<Metric<never>, 'name' | 'convention'>,
  options: CompareOptions = {},
): Comparison {
  const { test = 'randomisation', seed = 1, confidence = 0.95 } = options;
  const { replicates = test === 'randomisation' ? 10_000 : 1000 } = options;
  checkBootstrap({ replicates, confidence });
  const n = pooled.n / 2;
  if (n === 0 || !Number.isInteger(n))
    throw new InvalidInputError('items', 'as many items of b as of a, at least one', pooled.n);
  const one = new Uint16Array(n).fill(1);
  const weights = new Uint16Array(2 * n);
  const a = halfValue(pooled, weights, one, 0);
  const b = halfValue(pooled, weights, one, n);
  const shared = {
    name: metric.name,
    n,
    test,
    signature: signature(metric.name, metric.convention, n),
  };
  if (a === null || b === null)
    return {
      ...shared,
      a,
      b,
      difference: null,
      p: null,
      reason: 'a system has no value on these items',
      replicates: 0,
      skipped: 0,
    };
  const differences = new Float64Array(replicates);
  const replicateOnce = test === 'randomisation' ? swapped : redrawn;
  for (let i = 0; i < replicates; i++)
    differences[i] = replicateOnce(pooled, weights, createRandom(seed, i));
  const known = differences.filter((each) => !Number.isNaN(each));
  const interval =
    test === 'bootstrap'
      ? intervalOf(
          { value: a - b, replicates: differences },
          { method: 'percentile', confidence, seed },
        )
      : null;
  return {
    ...shared,
    a,
    b,
    difference: a - b,
    p: known.length === 0 ? null : pValue(test === 'bootstrap' ? centred(known) : known, a - b),
    ...(known.length === 0 ? { reason: 'no replicate has a value' } : {}),
    ...(interval === null ? {} : { interval }),
    replicates: known.length,
    skipped: replicates - known.length,
  };
}

/** Value of one system: `counts` of its half, 0 of the other. */
function halfValue(
  pooled: Resampled,
  weights: Uint16Array,
  counts: Uint16Array,
  offset: number,
): number | null {
  weights.fill(0);
  weights.set(counts, offset);
  return pooled.value(weights);
}

/** Difference after a fair coin an item has decided which system it belongs to; NaN without a value. */
function swapped(pooled: Resampled, weights: Uint16Array, random: Random): number {
  const n = weights.length / 2;
  let coins = 0;
  for (let i = 0; i < n; i++) {
    coins = i % COINS === 0 ? random.integer(2 ** COINS) : coins >> 1;
    weights[i] = coins & 1;
    weights[n + i] = 1 - weights[i];
  }
  const a = pooled.value(weights);
  for (let i = 0; i < 2 * n; i++) weights[i] = 1 - weights[i];
  const b = pooled.value(weights);
  return a === null || b === null ? Number.NaN : a - b;
}

/** Coins taken from one random number, from its upper and better half. */
const COINS = 16;

/** Difference on items drawn with replacement, the same of both systems; NaN without a value. */
function redrawn(pooled: Resampled, weights: Uint16Array, random: Random): number {
  const n = weights.length / 2;
  const counts = new Uint16Array(n);
  draw(random, counts);
  const a = halfValue(pooled, weights, counts, 0);
  const b = halfValue(pooled, weights, counts, n);
  return a === null || b === null ? Number.NaN : a - b;
}

function centred(differences: Float64Array): Float64Array {
  const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
  return differences.map((each) => each - mean);
}

/** Sums in another order differ by rounding; this much closer still counts as equal. */
const ROUNDING = 1e-12;

function pValue(differences: Float64Array, observed: number): number {
  const bar = Math.abs(observed) * (1 - ROUNDING);
  let atLeast = 0;
  for (const each of differences) if (Math.abs(each) >= bar) atLeast++;
  return (atLeast + 1) / (differences.length + 1);
}
