import { InvalidInputError } from '@cxrkit/core';
import { checkForecast } from './checks.js';

export interface CalibrationOptions {
  /** @defaultValue 10 */
  readonly bins?: number;
  /**
   * `width`: bins of equal width, right-closed, 0 in the first. `count`: bins of about equally many cases, cut at
   * quantiles of the probabilities.
   *
   * @defaultValue 'width'
   */
  readonly binning?: 'width' | 'count';
}

/** A bin of a reliability diagram. */
export interface ReliabilityBin {
  /** Exclusive, but for the first bin. */
  readonly low: number;
  /** Inclusive. */
  readonly high: number;
  readonly count: number;
  /** `null` for an empty bin. */
  readonly meanProbability: number | null;
  /** Share of positives; `null` for an empty bin. */
  readonly positiveRate: number | null;
}

/**
 * Computes the bins of a reliability diagram (Murphy & Winkler 1977).
 *
 * @param probabilities - `[N]` in [0, 1].
 * @param labels - `[N]` 0 or 1.
 * @throws {@link InvalidInputError} if the lengths differ, a value is out of its range or there is no bin.
 */
export function reliabilityCurve(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  { bins = 10, binning = 'width' }: CalibrationOptions = {},
): ReliabilityBin[] {
  checkForecast(probabilities, labels);
  if (!Number.isInteger(bins) || bins < 1)
    throw new InvalidInputError('bins', 'a positive integer', bins);
  const edges = binning === 'width' ? widthEdges(bins) : countEdges(probabilities, bins);
  const sums = Array.from(edges, () => ({ count: 0, probability: 0, positives: 0 }));
  for (let i = 0; i < probabilities.length; i++) {
    const bin = sums[binOf(probabilities[i], edges)];
    bin.count++;
    bin.probability += probabilities[i];
    bin.positives += labels[i];
  }
  return sums.map(({ count, probability, positives }, i) => ({
    low: i === 0 ? 0 : edges[i - 1],
    high: edges[i],
    count,
    meanProbability: count > 0 ? probability / count : null,
    positiveRate: count > 0 ? positives / count : null,
  }));
}

/**
 * Computes the expected calibration error: the mean distance of probability and share of positives over the bins,
 * weighted by their cases (Naeini et al. 2015, of the positive class).
 *
 * @returns In [0, 1], less is better; `null` without items.
 * @throws {@link InvalidInputError} as {@link reliabilityCurve}.
 */
export function expectedCalibrationError(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: CalibrationOptions = {},
): number | null {
  const curve = reliabilityCurve(probabilities, labels, options);
  const total = curve.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  return curve.reduce((sum, bin) => sum + (bin.count / total) * binGap(bin), 0);
}

/**
 * Computes the greatest distance of probability and share of positives over the bins.
 *
 * @returns In [0, 1], less is better; `null` without items.
 * @throws {@link InvalidInputError} as {@link reliabilityCurve}.
 */
export function maximumCalibrationError(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: CalibrationOptions = {},
): number | null {
  if (probabilities.length === 0) return null;
  return Math.max(...reliabilityCurve(probabilities, labels, options).map(binGap));
}

function binGap({ meanProbability, positiveRate }: ReliabilityBin): number {
  return meanProbability === null || positiveRate === null
    ? 0
    : Math.abs(meanProbability - positiveRate);
}

/** Upper edges; as numpy's linspace gives them, so that 0.3 falls where it does there. */
function widthEdges(bins: number): number[] {
  return Array.from({ length: bins }, (_, i) => (i + 1 === bins ? 1 : (i + 1) * (1 / bins)));
}

/** Upper edges at order statistics; equal ones fall together. */
function countEdges(probabilities: ArrayLike<number>, bins: number): number[] {
  const sorted = Float64Array.from(probabilities).sort();
  const edges = new Set<number>();
  for (let i = 1; i < bins && sorted.length > 0; i++)
    edges.add(sorted[Math.max(0, Math.ceil((i * sorted.length) / bins) - 1)]);
  edges.delete(1);
  return [...edges, 1];
}

/** First bin whose upper edge is not below. */
function binOf(probability: number, edges: readonly number[]): number {
  let low = 0;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] >= probability) high = middle;
    else low = middle + 1;
  }
  return low;
}
