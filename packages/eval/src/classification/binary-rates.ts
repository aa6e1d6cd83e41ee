import { InvalidInputError } from '@cxrkit/core';
import type { Metric } from '../score/metric.js';
import { checkBinary } from './checks.js';
import type { BinaryConfusion } from './f1.js';

export interface RateOptions {
  /**
   * What a rate is where its denominator is 0; scikit-learn's habit is 0.
   *
   * @defaultValue null
   */
  readonly zeroDivision?: number | null;
  /**
   * How many times recall weighs as much as precision in `fBeta`.
   *
   * @defaultValue 1
   */
  readonly beta?: number;
}

/** What follows from the four counts of a binary decision; `null` where the denominator is 0. */
export interface BinaryRates {
  /** Share of positives among all items. */
  readonly prevalence: number | null;
  readonly accuracy: number | null;
  /** Mean of sensitivity and specificity; of the one there is where a class is missing, as scikit-learn does. */
  readonly balancedAccuracy: number | null;
  /** Recall, true-positive rate. */
  readonly sensitivity: number | null;
  /** True-negative rate. */
  readonly specificity: number | null;
  /** Positive predictive value. */
  readonly precision: number | null;
  readonly negativePredictiveValue: number | null;
  readonly falsePositiveRate: number | null;
  readonly falseNegativeRate: number | null;
  readonly falseDiscoveryRate: number | null;
  readonly falseOmissionRate: number | null;
  readonly f1: number | null;
  readonly fBeta: number | null;
  /** Intersection over union of the predicted and the true positives. */
  readonly jaccard: number | null;
  /** Matthews correlation, in [-1, 1]. */
  readonly mcc: number | null;
  /** Cohen's kappa, in [-1, 1]. */
  readonly kappa: number | null;
  /** Youden's J: sensitivity + specificity - 1. */
  readonly informedness: number | null;
  /** Precision + negative predictive value - 1. */
  readonly markedness: number | null;
  /** Sensitivity / (1 - specificity). */
  readonly positiveLikelihoodRatio: number | null;
  /** (1 - sensitivity) / specificity. */
  readonly negativeLikelihoodRatio: number | null;
  readonly diagnosticOddsRatio: number | null;
}

/**
 * Derives all rates from the counts of a binary decision.
 *
 * @throws {@link InvalidInputError} for a beta that is not positive.
 */
export function binaryRates(
  { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn }: BinaryConfusion,
  { zeroDivision = null, beta = 1 }: RateOptions = {},
): BinaryRates {
  if (!(beta > 0)) throw new InvalidInputError('beta', 'a positive number', beta);
  const ratio = (a: number, b: number): number | null => (b > 0 ? a / b : zeroDivision);
  const positives = tp + fn;
  const negatives = tn + fp;
  const n = positives + negatives;
  const margins = (tp + fp) * positives * negatives * (tn + fn);
  const beta2 = beta * beta;
  const recalls = [
    ...(positives > 0 ? [tp / positives] : []),
    ...(negatives > 0 ? [tn / negatives] : []),
  ];
  return {
    prevalence: ratio(positives, n),
    accuracy: ratio(tp + tn, n),
    balancedAccuracy: ratio(
      recalls.reduce((sum, recall) => sum + recall, 0),
      recalls.length,
    ),
    sensitivity: ratio(tp, positives),
    specificity: ratio(tn, negatives),
    precision: ratio(tp, tp + fp),
    negativePredictiveValue: ratio(tn, tn + fn),
    falsePositiveRate: ratio(fp, negatives),
    falseNegativeRate: ratio(fn, positives),
    falseDiscoveryRate: ratio(fp, tp + fp),
    falseOmissionRate: ratio(fn, tn + fn),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    fBeta: ratio((1 + beta2) * tp, (1 + beta2) * tp + beta2 * fn + fp),
    jaccard: ratio(tp, tp + fp + fn),
    mcc: ratio(tp * tn - fp * fn, Math.sqrt(margins)),
    kappa: ratio(2 * (tp * tn - fp * fn), (tp + fp) * negatives + positives * (tn + fn)),
    informedness: ratio(tp * tn - fp * fn, positives * negatives),
    markedness: ratio(tp * tn - fp * fn, (tp + fp) * (tn + fn)),
    positiveLikelihoodRatio: ratio(tp * negatives, positives * fp),
    negativeLikelihoodRatio: ratio(fn * negatives, positives * tn),
    diagnosticOddsRatio: ratio(tp * tn, fp * fn),
  };
}

/** One decision and the truth: 0 or 1, or class indices. */
export interface Decision {
  readonly prediction: number;
  readonly label: number;
}

/**
 * Makes a metric of one rate of binary decisions, for streaming, bootstrap and paired tests. Its statistics are the
 * counts of true positives, false positives, false negatives and true negatives.
 *
 * @throws {@link InvalidInputError} (from `stats`) for a prediction or label other than 0 and 1.
 */
export function binaryRate(name: keyof BinaryRates, options: RateOptions = {}): Metric<Decision> {
  const { zeroDivision = null, beta = 1 } = options;
  return {
    name,
    convention: {
      ...(name === 'fBeta' ? { beta } : {}),
      zeroDivision: zeroDivision === null ? 'undefined' : zeroDivision,
    },
    length: 4,
    stats: ({ prediction, label }) => {
      checkBinary('prediction and label', [prediction, label]);
      const counts = new Float64Array(4);
      counts[outcome(prediction, label)] = 1;
      return counts;
    },
    finalise: (sum) => binaryRates(confusionOf(sum), options)[name],
  };
}

/** @returns 0 true positive, 1 false positive, 2 false negative, 3 true negative. */
export function outcome(prediction: number, label: number): number {
  return prediction === 1 ? 1 - label : 3 - label;
}

/** Names counts in the order of {@link outcome}. */
export function confusionOf(counts: ArrayLike<number>): BinaryConfusion {
  return {
    truePositives: counts[0],
    falsePositives: counts[1],
    falseNegatives: counts[2],
    trueNegatives: counts[3],
  };
}
