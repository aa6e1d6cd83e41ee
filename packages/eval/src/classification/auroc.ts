import { InvalidInputError } from '@cxrkit/core';

/**
 * Area under the ROC curve: the chance that a positive scores above a negative, ties counting half
 * (Hanley & McNeil 1982; equal to scikit-learn's `roc_auc_score`).
 *
 * @param scores - `[N]` finite numbers, larger = more likely present.
 * @param labels - `[N]` 0 or 1.
 * @returns In [0, 1], or `null` where only one class is there: it has no value then, and 0.5 would be a lie.
 * @throws {@link InvalidInputError} if the lengths differ or a score is not finite.
 */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number>): number | null {
  checkPairs(scores, labels);
  const order = Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => scores[a] - scores[b],
  );
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    for (let i = start; i < end; i++) {
      if (labels[order[i]] !== 1) continue;
      positives++;
      rankSum += (start + end + 1) / 2; // mean rank of the tie, counted from 1
    }
    start = end;
  }
  const negatives = scores.length - positives;
  if (positives === 0 || negatives === 0) return null;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

function checkPairs(scores: ArrayLike<number>, labels: ArrayLike<number>): void {
  if (scores.length !== labels.length)
    throw new InvalidInputError('labels', `${scores.length} labels`, labels.length);
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i]))
      throw new InvalidInputError(`scores[${i}]`, 'a finite number', scores[i]);
    if (labels[i] !== 0 && labels[i] !== 1)
      throw new InvalidInputError(`labels[${i}]`, '0 or 1', labels[i]);
  }
}
