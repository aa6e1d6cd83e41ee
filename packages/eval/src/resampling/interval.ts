import type { Interval } from '../score/score.js';
import { normalProbability, normalQuantile } from './normal.js';
import { quantile } from './quantile.js';

/**
 * How an interval is read off bootstrap replicates: `percentile` with linear interpolation; `bca` corrects for bias
 * and skewness (Efron 1987); `chexzero` takes the order statistics `floor(0.025 B) - 1` and `floor(0.975 B) - 1`
 * and rounds to 4 digits, as CheXzero's code does (github.com/rajpurkarlab/CheXzero, eval.py), which lies lower.
 */
export type IntervalMethod = 'percentile' | 'bca' | 'chexzero';

/** What an interval says of itself, and its ends follow from. */
interface IntervalChoices {
  readonly method: IntervalMethod;
  readonly confidence: number;
  /** Of the replicates' draws. */
  readonly seed: number;
}

/** The replicates of one statistic and what BCa needs besides. */
export interface Replicates {
  /** On the items as they are; `null` where it has none. */
  readonly value: number | null;
  /** `[B]` NaN where there is none. */
  readonly replicates: Float64Array;
  /** `[n]` with each item left out; for BCa only. */
  readonly leftOut?: Float64Array;
}

/**
 * Reads an interval off replicates; those without a value are left out and counted.
 *
 * @returns `null` where the statistic has no value, no replicate has one, or BCa finds all on one side of the value.
 */
export function intervalOf(
  { value, replicates, leftOut }: Replicates,
  { method, confidence, seed }: IntervalChoices,
): Interval | null {
  const sorted = replicates.filter((each) => !Number.isNaN(each)).sort();
  if (value === null || sorted.length === 0) return null;
  const tail = (1 - confidence) / 2;
  const ends =
    method === 'chexzero'
      ? orderStatistics(sorted, tail)
      : quantiles(
          sorted,
          method === 'bca' ? correctedTails(value, sorted, leftOut, tail) : [tail, 1 - tail],
        );
  if (ends === null) return null;
  return {
    low: ends[0],
    high: ends[1],
    confidence,
    method,
    replicates: sorted.length,
    skipped: replicates.length - sorted.length,
    seed,
  };
}

type Ends = readonly [low: number, high: number];

function quantiles(sorted: Float64Array, tails: Ends | null): Ends | null {
  if (tails === null) return null;
  const low = quantile(sorted, tails[0]);
  const high = quantile(sorted, tails[1]);
  return low === null || high === null ? null : [low, high];
}

/** Keeps a product such as 0.975 * 200 from falling below the integer it is. */
const ROUNDING = 1e-9;

function orderStatistics(sorted: Float64Array, tail: number): Ends {
  const at = (share: number): number =>
    fourDigits(sorted[Math.max(0, Math.floor(share * sorted.length + ROUNDING) - 1)]);
  return [at(tail), at(1 - tail)];
}

/** Rounds half to even, as numpy does. */
function fourDigits(value: number): number {
  const scaled = value * 1e4;
  const rounded = Math.round(scaled);
  return (scaled - Math.floor(scaled) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded) / 1e4;
}

/** Efron & Tibshirani 1993, equations 14.9 to 14.15; replicates equal to the value count half below it. */
function correctedTails(
  value: number,
  sorted: Float64Array,
  leftOut: Float64Array | undefined,
  tail: number,
): Ends | null {
  let below = 0;
  for (const each of sorted) below += each < value ? 1 : each === value ? 0.5 : 0;
  const share = below / sorted.length;
  if (share === 0 || share === 1) return null;
  const z0 = normalQuantile(share);
  const a = acceleration(leftOut ?? new Float64Array());
  const corrected = (z: number): number => normalProbability(z0 + (z0 + z) / (1 - a * (z0 + z)));
  return [corrected(normalQuantile(tail)), corrected(normalQuantile(1 - tail))];
}

function acceleration(leftOut: Float64Array): number {
  const known = leftOut.filter((each) => !Number.isNaN(each));
  const mean = known.reduce((sum, each) => sum + each, 0) / known.length;
  let squares = 0;
  let cubes = 0;
  for (const each of known) {
    squares += (mean - each) ** 2;
    cubes += (mean - each) ** 3;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}
