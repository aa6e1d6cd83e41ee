import { checkBinary, checkFinite, checkLength, checkScoredLabels } from './checks.js';
import type { BinaryConfusion } from './f1.js';

/**
 * Counts binary decisions against the truth.
 *
 * @param predictions - `[N]` 0 or 1.
 * @param labels - `[N]` 0 or 1.
 * @throws {@link InvalidInputError} if the lengths differ or a value is not 0 or 1.
 */
export function binaryConfusion(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
): BinaryConfusion {
  checkLength('labels', `${predictions.length} labels`, labels.length, predictions.length);
  checkBinary('predictions', predictions);
  checkBinary('labels', labels);
  return count(labels, (i) => predictions[i] === 1);
}

/**
 * Counts the decisions "score >= threshold" against the truth.
 *
 * @param scores - `[N]` finite numbers.
 * @param labels - `[N]` 0 or 1.
 * @param threshold - On the scale of the scores; `Infinity` calls nothing positive.
 * @throws {@link InvalidInputError} if the lengths differ, a score is not finite or a label is not 0 or 1.
 */
export function thresholdConfusion(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold: number,
): BinaryConfusion {
  checkScoredLabels(scores, labels);
  if (Math.abs(threshold) !== Number.POSITIVE_INFINITY) checkFinite('threshold', [threshold]);
  return count(labels, (i) => scores[i] >= threshold);
}

function count(labels: ArrayLike<number>, isPositive: (i: number) => boolean): BinaryConfusion {
  let truePositives = 0;
  let falsePositives = 0;
  let positives = 0;
  for (let i = 0; i < labels.length; i++) {
    positives += labels[i];
    if (!isPositive(i)) continue;
    if (labels[i] === 1) truePositives++;
    else falsePositives++;
  }
  return {
    truePositives,
    falsePositives,
    falseNegatives: positives - truePositives,
    trueNegatives: labels.length - positives - falsePositives,
  };
}
