import { meanOfDefined } from './averages.js';
import { checkScoredLabels, checkShape } from './checks.js';
import type { Rows } from './multilabel.js';

/**
 * Computes the label ranking average precision: for each true label of a sample the share of true ones among the
 * labels ranked at or above it (Schapire & Singer 2000; equal to scikit-learn's). A sample where all labels are true,
 * or none is, counts 1.
 *
 * @param scores - `[N][L]` finite numbers.
 * @param labels - `[N][L]` 0 or 1.
 * @returns In (0, 1], or `null` without samples.
 * @throws {@link InvalidInputError} if the shapes differ or a value is out of its range.
 */
export function labelRankingAveragePrecision(scores: Rows, labels: Rows): number | null {
  return meanOverSamples(scores, labels, (score, label) => {
    const trueLabels = indices(label, 1);
    if (trueLabels.length === 0 || trueLabels.length === label.length) return 1;
    const shares = trueLabels.map((j) => {
      const above = indices(score, (other) => other >= score[j]);
      return above.filter((k) => label[k] === 1).length / above.length;
    });
    return shares.reduce((sum, share) => sum + share, 0) / shares.length;
  });
}

/**
 * Computes how far down the ranking one must go to cover all true labels, on average; ties count in full and a sample
 * without true labels counts 0 (equal to scikit-learn's `coverage_error`).
 *
 * @returns In [0, L], less is better; `null` without samples.
 * @throws {@link InvalidInputError} as {@link labelRankingAveragePrecision}.
 */
export function coverageError(scores: Rows, labels: Rows): number | null {
  return meanOverSamples(scores, labels, (score, label) => {
    const trueLabels = indices(label, 1);
    if (trueLabels.length === 0) return 0;
    const lowest = Math.min(...trueLabels.map((j) => score[j]));
    return indices(score, (other) => other >= lowest).length;
  });
}

/**
 * Computes the share of pairs of a true and a false label that are not in order, ties being wrong, on average; a
 * sample without such pairs counts 0 (Tsoumakas et al. 2010; equal to scikit-learn's `label_ranking_loss`).
 *
 * @returns In [0, 1], less is better; `null` without samples.
 * @throws {@link InvalidInputError} as {@link labelRankingAveragePrecision}.
 */
export function rankingLoss(scores: Rows, labels: Rows): number | null {
  return meanOverSamples(scores, labels, (score, label) => {
    const trueLabels = indices(label, 1);
    const falseLabels = indices(label, 0);
    const pairs = trueLabels.length * falseLabels.length;
    if (pairs === 0) return 0;
    const wrong = trueLabels.flatMap((j) => falseLabels.filter((k) => score[k] >= score[j]));
    return wrong.length / pairs;
  });
}

function meanOverSamples(
  scores: Rows,
  labels: Rows,
  value: (score: ArrayLike<number>, label: ArrayLike<number>) => number,
): number | null {
  checkShape('labels', labels, scores);
  return meanOfDefined(
    scores.map((row, i) => {
      checkScoredLabels(row, labels[i]);
      return value(row, labels[i]);
    }),
  );
}

function indices(
  values: ArrayLike<number>,
  wanted: number | ((value: number) => boolean),
): number[] {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++)
    if (typeof wanted === 'number' ? values[i] === wanted : wanted(values[i])) found.push(i);
  return found;
}
