import { type BinaryRates, binaryRates } from './binary-rates.js';
import { type RocCurve, rocCurve, rocSteps } from './curves.js';

/** A decision threshold and what it gives. */
export interface OperatingPoint {
  /** A case is called positive where its score >= the threshold; `Infinity` calls none. */
  readonly threshold: number;
  readonly sensitivity: number;
  readonly specificity: number;
  /** Sensitivity + specificity - 1. */
  readonly informedness: number;
}

/**
 * Finds the first threshold (from above) of greatest sensitivity + specificity - 1 (Youden 1950).
 *
 * @param scores - `[N]` finite numbers, larger = more likely present.
 * @param labels - `[N]` 0 or 1.
 * @returns `null` where only one class is there.
 * @throws {@link InvalidInputError} if the lengths differ, a score is not finite or a label is not 0 or 1.
 */
export function youdenThreshold(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): OperatingPoint | null {
  const curve = rocCurve(scores, labels);
  if (curve === null) return null;
  let best = 0;
  for (let i = 1; i < curve.thresholds.length; i++)
    if (informednessAt(curve, i) > informednessAt(curve, best)) best = i;
  return {
    threshold: curve.thresholds[best],
    sensitivity: curve.truePositiveRate[best],
    specificity: 1 - curve.falsePositiveRate[best],
    informedness: informednessAt(curve, best),
  };
}

/**
 * Computes Youden's point as CheXzero's code does: the search starts at J = 0 with both rates 0, so a classifier
 * no better than chance gets sensitivity and specificity 0 (github.com/rajpurkarlab/CheXzero, eval.py). For
 * comparison with its numbers only; {@link youdenThreshold} is the definition.
 */
export function youdenChexzero(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): Omit<OperatingPoint, 'threshold'> | null {
  const point = youdenThreshold(scores, labels);
  if (point === null) return null;
  const { sensitivity, specificity, informedness } = point;
  return informedness > 0
    ? { sensitivity, specificity, informedness }
    : { sensitivity: 0, specificity: 0, informedness: 0 };
}

/** A threshold that maximises a rate. */
export interface BestThreshold {
  readonly threshold: number;
  readonly value: number;
}

/**
 * Finds the lowest of the ROC curve's thresholds that maximises a rate, with 0 where the rate has no value; with
 * `mcc` the way CheXzero picks thresholds on validation data (Tiu et al. 2022, Methods), without its spline. One pass over
 * the sorted scores.
 *
 * @param rate - The rate to maximise, such as `mcc` or `f1`.
 * @returns `null` where only one class is there.
 * @throws {@link InvalidInputError} as {@link youdenThreshold}.
 */
export function bestThreshold(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  rate: keyof BinaryRates,
): BestThreshold | null {
  const steps = rocSteps(scores, labels, true);
  if (steps === null) return null;
  const all = steps[steps.length - 1];
  let best: BestThreshold | null = null;
  for (const { threshold, truePositives, falsePositives } of steps.toReversed()) {
    const confusion = {
      truePositives,
      falsePositives,
      falseNegatives: all.truePositives - truePositives,
      trueNegatives: all.falsePositives - falsePositives,
    };
    const value = binaryRates(confusion, { zeroDivision: 0 })[rate] ?? 0;
    if (best === null || value > best.value) best = { threshold, value };
  }
  return best;
}

function informednessAt(curve: RocCurve, i: number): number {
  return curve.truePositiveRate[i] - curve.falsePositiveRate[i];
}
