import { InvalidInputError } from '@cxrkit/core';
import { auroc } from './auroc.js';
import { meanOfDefined } from './averages.js';
import { checkClasses, checkFinite, checkLength, checkProbabilities } from './checks.js';
import type { Rows } from './multilabel.js';

/**
 * Averages, over the classes, the AUROC of a class against all others.
 *
 * @param scores - `[N][C]` finite numbers.
 * @param labels - `[N]` class indices in [0, C).
 * @param average - `weighted` weighs by number of cases; classes without an AUROC are left out.
 * @returns `null` where no class has one.
 * @throws {@link InvalidInputError} if shapes differ, a score is not finite or a label is no class.
 */
export function aurocOneVersusRest(
  scores: Rows,
  labels: ArrayLike<number>,
  average: 'macro' | 'weighted' = 'macro',
): number | null {
  const classes = checkTable(scores, labels);
  const all = Array.from(labels);
  const values = Array.from({ length: classes }, (_, c) =>
    auroc(
      scores.map((row) => row[c]),
      all.map((label) => Number(label === c)),
    ),
  );
  const supports = values.map((_, c) => all.filter((label) => label === c).length);
  return meanOfDefined(values, average === 'weighted' ? supports : undefined);
}

/**
 * Averages, over pairs of classes, the mean of both AUROCs on the cases of the two (Hand & Till 2001, equation 7).
 *
 * @param average - `weighted` weighs a pair by its number of cases; pairs without an AUROC are left out.
 * @returns `null` where no pair has one.
 * @throws {@link InvalidInputError} as {@link aurocOneVersusRest}.
 */
export function aurocOneVersusOne(
  scores: Rows,
  labels: ArrayLike<number>,
  average: 'macro' | 'weighted' = 'macro',
): number | null {
  const classes = checkTable(scores, labels);
  const values: (number | null)[] = [];
  const sizes: number[] = [];
  for (let i = 0; i < classes; i++)
    for (let j = i + 1; j < classes; j++) {
      const cases = scores.flatMap((row, k) =>
        labels[k] === i || labels[k] === j ? [{ row, isFirst: labels[k] === i }] : [],
      );
      const first = auroc(
        cases.map(({ row }) => row[i]),
        cases.map(({ isFirst }) => Number(isFirst)),
      );
      const second = auroc(
        cases.map(({ row }) => row[j]),
        cases.map(({ isFirst }) => Number(!isFirst)),
      );
      values.push(first === null || second === null ? null : (first + second) / 2);
      sizes.push(cases.length);
    }
  return meanOfDefined(values, average === 'weighted' ? sizes : undefined);
}

/**
 * Computes the share of cases whose class is among the `k` best scored; of equal scores the later class goes first,
 * as in scikit-learn.
 *
 * @returns `null` without cases.
 * @throws {@link InvalidInputError} as {@link aurocOneVersusRest}, or for a `k` that is not a positive integer.
 */
export function topAccuracy(scores: Rows, labels: ArrayLike<number>, k: number): number | null {
  if (!Number.isInteger(k) || k < 1) throw new InvalidInputError('k', 'a positive integer', k);
  checkTable(scores, labels);
  return meanOfDefined(
    scores.map((row, i) => {
      const label = labels[i];
      let before = 0;
      for (let c = 0; c < row.length; c++)
        if (row[c] > row[label] || (row[c] === row[label] && c > label)) before++;
      return before < k ? 1 : 0;
    }),
  );
}

/** How far the probabilities of a case may be from summing to 1. */
const SUM_TOLERANCE = 1e-4;

/**
 * Computes the mean negative logarithm of the probability given to the true class, probabilities kept 2^-52 away from
 * 0 and 1 and then scaled to sum to 1 (equal to scikit-learn's `log_loss`).
 *
 * @param probabilities - `[N][C]` in [0, 1], each row summing to 1.
 * @param labels - `[N]` class indices in [0, C).
 * @returns `null` without cases.
 * @throws {@link InvalidInputError} as {@link aurocOneVersusRest}, or for rows that are no probabilities.
 */
export function multiclassLogLoss(probabilities: Rows, labels: ArrayLike<number>): number | null {
  checkTable(probabilities, labels);
  return meanOfDefined(
    probabilities.map((row, i) => {
      checkProbabilities(`probabilities[${i}]`, row);
      const sum = Array.from(row).reduce((a, b) => a + b, 0);
      if (Math.abs(sum - 1) > SUM_TOLERANCE)
        throw new InvalidInputError(`probabilities[${i}]`, 'a row that sums to 1', sum);
      const clipped = Array.from(row, (p) =>
        Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, p)),
      );
      return Math.log(clipped.reduce((a, b) => a + b, 0)) - Math.log(clipped[labels[i]]);
    }),
  );
}

/** @returns The number of classes. */
function checkTable(scores: Rows, labels: ArrayLike<number>): number {
  checkLength('labels', `${scores.length} labels`, labels.length, scores.length);
  const classes = scores.length === 0 ? 0 : scores[0].length;
  for (const [i, row] of scores.entries()) {
    checkLength(`scores[${i}]`, `${classes} columns`, row.length, classes);
    checkFinite(`scores[${i}]`, row);
  }
  checkClasses('labels', labels, classes);
  return classes;
}
