import type { Metric } from '../score/metric.js';
import { checkForecast } from './checks.js';

/** A predicted probability and the truth. */
export interface ForecastItem {
  /** In [0, 1]. */
  readonly probability: number;
  /** 0 or 1. */
  readonly label: number;
}

/**
 * Computes the mean squared difference of probability and label (Brier 1950).
 *
 * @param probabilities - `[N]` in [0, 1].
 * @param labels - `[N]` 0 or 1.
 * @returns In [0, 1], less is better; `null` without items.
 * @throws {@link InvalidInputError} if the lengths differ or a value is out of its range.
 */
export function brierScore(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
): number | null {
  return meanOver(probabilities, labels, (p, y) => (p - y) ** 2);
}

/** Makes {@link brierScore} a metric of mergeable sums. */
export function brier(): Metric<ForecastItem> {
  return meanMetric('brier', {}, (p, y) => (p - y) ** 2);
}

/** Machine epsilon, to which scikit-learn 1.2 clips probabilities. */
const CLIP = Number.EPSILON;

/**
 * Computes the mean negative logarithm of the probability given to the truth, natural logarithm, probabilities kept
 * 2^-52 away from 0 and 1 (equal to scikit-learn's `log_loss`).
 *
 * @returns Not below 0, less is better; `null` without items.
 * @throws {@link InvalidInputError} as {@link brierScore}.
 */
export function logLoss(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
): number | null {
  return meanOver(probabilities, labels, surprise);
}

/** Makes {@link logLoss} a metric of mergeable sums. */
export function logLossMetric(): Metric<ForecastItem> {
  return meanMetric('logLoss', { clip: CLIP }, surprise);
}

function surprise(probability: number, label: number): number {
  const p = Math.min(1 - CLIP, Math.max(CLIP, probability));
  return -Math.log(label === 1 ? p : 1 - p);
}

function meanOver(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  loss: (probability: number, label: number) => number,
): number | null {
  checkForecast(probabilities, labels);
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += loss(probabilities[i], labels[i]);
  return labels.length === 0 ? null : sum / labels.length;
}

function meanMetric(
  name: string,
  convention: Readonly<Record<string, number>>,
  loss: (probability: number, label: number) => number,
): Metric<ForecastItem> {
  return {
    name,
    convention,
    length: 2,
    stats: ({ probability, label }) => {
      checkForecast([probability], [label]);
      return Float64Array.of(loss(probability, label), 1);
    },
    finalise: ([sum, n]) => (n === 0 ? null : sum / n),
  };
}
