import { InvalidInputError } from '@cxrkit/core';
import { checkScoredLabels } from '../classification/checks.js';
import { midRanks } from '../classification/mid-ranks.js';
import type { Interval } from '../score/score.js';
import { normalQuantile, twoSided } from './normal.js';

/** An AUROC with its analytic error. */
export interface DelongEstimate {
  /** `null` where only one class is there. */
  readonly auroc: number | null;
  /** `null` where a class has fewer than two cases. */
  readonly variance: number | null;
  readonly standardError: number | null;
  /** Normal, cut at 0 and 1; `null` where the variance is unknown or 0. */
  readonly interval: Interval | null;
  /** Why something is `null`. */
  readonly reason?: string;
}

/** Two AUROCs of the same cases and their difference. */
export interface DelongComparison {
  readonly aurocs: readonly [number, number] | null;
  readonly covariance: readonly (readonly number[])[] | null;
  /** First minus second. */
  readonly difference: number | null;
  readonly z: number | null;
  /** Two-sided. */
  readonly p: number | null;
  /** Of the difference, normal. */
  readonly interval: Interval | null;
  readonly reason?: string;
}

export interface DelongOptions {
  /** @defaultValue 0.95 */
  readonly confidence?: number;
}

/**
 * Computes AUROC, variance and normal interval (DeLong et al. 1988, by mid-ranks: Sun & Xu 2014).
 *
 * @param scores - `[N]` finite numbers, larger = more likely present.
 * @param labels - `[N]` 0 or 1.
 * @throws {@link InvalidInputError} if the lengths differ, a score is not finite or a label is not 0 or 1.
 */
export function delong(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  { confidence = 0.95 }: DelongOptions = {},
): DelongEstimate {
  const { aurocs, covariance, reason } = delongCovariance([scores], labels);
  const auroc = aurocs === null ? null : aurocs[0];
  const variance = covariance === null ? null : aboveRounding(covariance[0][0], 1e-28);
  const around = normalInterval(auroc, variance, confidence);
  return {
    auroc,
    variance,
    standardError: variance === null ? null : Math.sqrt(variance),
    interval: around && { ...around, low: Math.max(0, around.low), high: Math.min(1, around.high) },
    ...(reason === undefined ? zeroReason(variance) : { reason }),
  };
}

/**
 * Tests whether two scores of the same cases have the same AUROC (DeLong et al. 1988).
 *
 * @param a - `[N]` scores of the first system.
 * @param b - `[N]` scores of the second.
 * @param labels - `[N]` 0 or 1.
 * @throws {@link InvalidInputError} as {@link delong}.
 */
export function delongPaired(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  labels: ArrayLike<number>,
  { confidence = 0.95 }: DelongOptions = {},
): DelongComparison {
  const { aurocs, covariance, reason } = delongCovariance([a, b], labels);
  const none = { difference: null, z: null, p: null, interval: null };
  if (aurocs === null)
    return { aurocs: null, covariance: null, ...none, ...(reason === undefined ? {} : { reason }) };
  const pair = [aurocs[0], aurocs[1]] as const;
  const difference = pair[0] - pair[1];
  if (covariance === null)
    return { aurocs: pair, covariance, ...none, difference, ...(reason && { reason }) };
  const total = covariance[0][0] + covariance[1][1];
  const variance = aboveRounding(total - 2 * covariance[0][1], 1e-13 * total);
  const z = variance > 0 ? difference / Math.sqrt(variance) : null;
  return {
    aurocs: pair,
    covariance,
    difference,
    z,
    p: z === null ? null : twoSided(z),
    interval: normalInterval(difference, variance, confidence),
    ...zeroReason(variance),
  };
}

/** Takes a variance that is nothing but rounding for the 0 that it is. */
function aboveRounding(variance: number, rounding: number): number {
  return variance > rounding ? variance : 0;
}

/** AUROCs of several scores of the same cases and their covariance. */
export interface DelongCovariance {
  /** `[K]` */
  readonly aurocs: readonly number[] | null;
  /** `[K][K]` */
  readonly covariance: readonly (readonly number[])[] | null;
  readonly reason?: string;
}

/**
 * Computes the AUROCs of `K` scores of the same cases with their covariance matrix.
 *
 * @throws {@link InvalidInputError} as {@link delong}.
 */
export function delongCovariance(
  scores: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
): DelongCovariance {
  for (const each of scores) checkScoredLabels(each, labels);
  const positives = indicesOf(labels, 1);
  const negatives = indicesOf(labels, 0);
  const m = positives.length;
  const n = negatives.length;
  if (m === 0 || n === 0)
    return { aurocs: null, covariance: null, reason: `no ${m === 0 ? 'positives' : 'negatives'}` };
  const parts = scores.map((each) => placements(each, positives, negatives));
  const aurocs = parts.map(({ ofPositives }) => ofPositives.reduce((sum, v) => sum + v, 0) / m);
  if (m < 2 || n < 2)
    return {
      aurocs,
      covariance: null,
      reason: `one ${m < 2 ? 'positive' : 'negative'} only: no variance`,
    };
  const covariance = parts.map((a) =>
    parts.map(
      (b) =>
        sampleCovariance(a.ofPositives, b.ofPositives) / m +
        sampleCovariance(a.ofNegatives, b.ofNegatives) / n,
    ),
  );
  return { aurocs, covariance };
}

/** V10 and V01 of the paper: the share of the other class that each case is on the right side of. */
function placements(
  scores: ArrayLike<number>,
  positives: readonly number[],
  negatives: readonly number[],
): { readonly ofPositives: Float64Array; readonly ofNegatives: Float64Array } {
  const x = Float64Array.from(positives, (i) => scores[i]);
  const y = Float64Array.from(negatives, (i) => scores[i]);
  const tx = midRanks(x);
  const ty = midRanks(y);
  const tz = midRanks([...x, ...y]);
  return {
    ofPositives: tx.map((rank, i) => (tz[i] - rank) / y.length),
    ofNegatives: ty.map((rank, i) => 1 - (tz[x.length + i] - rank) / x.length),
  };
}

function sampleCovariance(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array): number => values.reduce((s, v) => s + v, 0) / values.length;
  const meanA = mean(a);
  const meanB = mean(b);
  return a.reduce((sum, v, i) => sum + (v - meanA) * (b[i] - meanB), 0) / (a.length - 1);
}

function normalInterval(
  value: number | null,
  variance: number | null,
  confidence: number,
): Interval | null {
  if (!(confidence > 0 && confidence < 1))
    throw new InvalidInputError('confidence', 'a number in (0, 1)', confidence);
  if (value === null || variance === null || variance === 0) return null;
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance);
  return { low: value - half, high: value + half, confidence, method: 'delong' };
}

function zeroReason(variance: number | null): { readonly reason?: string } {
  return variance === 0 ? { reason: 'the variance is 0: no interval, no test' } : {};
}

function indicesOf(labels: ArrayLike<number>, label: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < labels.length; i++) if (labels[i] === label) found.push(i);
  return found;
}
