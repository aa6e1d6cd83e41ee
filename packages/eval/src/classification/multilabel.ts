import { auroc } from './auroc.js';
import { averagePrecision } from './average-precision.js';
import { type Average, averageRate, meanOfDefined } from './averages.js';
import { binaryConfusion } from './binary-confusion.js';
import type { BinaryRates, RateOptions } from './binary-rates.js';
import { checkBinary, checkShape } from './checks.js';
import type { BinaryConfusion } from './f1.js';

/** Rows of a matrix `[N][L]`: a sample each, a label a column. */
export type Rows = readonly ArrayLike<number>[];

/** Rows of labels `[N][L]`: 0, 1 or `null` for unknown. */
export type LabelRows = readonly ArrayLike<number | null>[];

/**
 * Counts decisions for each label.
 *
 * @param predictions - `[N][L]` 0 or 1.
 * @param labels - `[N][L]` 0 or 1.
 * @returns `[L]`
 * @throws {@link InvalidInputError} if the shapes differ or a value is not 0 or 1.
 */
export function columnConfusions(predictions: Rows, labels: Rows): BinaryConfusion[] {
  const columns = checkShape('labels', labels, predictions);
  return Array.from({ length: columns }, (_, column) =>
    binaryConfusion(
      predictions.map((row) => row[column]),
      labels.map((row) => row[column]),
    ),
  );
}

/** Counts decisions for each sample; otherwise as {@link columnConfusions}. */
export function rowConfusions(predictions: Rows, labels: Rows): BinaryConfusion[] {
  checkShape('labels', labels, predictions);
  return predictions.map((row, i) => binaryConfusion(row, labels[i]));
}

/**
 * Averages a rate over labels, or over samples (`samples`), as scikit-learn's multi-label averages do.
 *
 * @returns `null` where nothing has a value.
 * @throws {@link InvalidInputError} as {@link columnConfusions}.
 */
export function multilabelRate(
  rate: keyof BinaryRates,
  predictions: Rows,
  labels: Rows,
  average: Average | 'samples',
  options: RateOptions = {},
): number | null {
  return average === 'samples'
    ? averageRate(rate, rowConfusions(predictions, labels), 'macro', options)
    : averageRate(rate, columnConfusions(predictions, labels), average, options);
}

/** Computes the share of samples whose labels are all right; `null` without samples. */
export function subsetAccuracy(predictions: Rows, labels: Rows): number | null {
  const confusions = rowConfusions(predictions, labels);
  return meanOfDefined(
    confusions.map((row) => (row.falsePositives + row.falseNegatives === 0 ? 1 : 0)),
  );
}

/** Computes the share of labels that are wrong; `null` without labels. */
export function hammingLoss(predictions: Rows, labels: Rows): number | null {
  const accuracy = averageRate('accuracy', rowConfusions(predictions, labels), 'micro');
  return accuracy === null ? null : 1 - accuracy;
}

/**
 * Averages AUROC or average precision over labels, or over samples (`samples`). Labels without a value (no positive,
 * no negative) are left out; `micro` pools all scores and so presumes a common scale.
 *
 * @param scores - `[N][L]` finite numbers.
 * @param labels - `[N][L]` 0, 1, or `null` for unknown, which is left out.
 * @returns `null` where nothing has a value.
 * @throws {@link InvalidInputError} if the shapes differ, a score is not finite or a label is something else.
 */
export function averageRanked(
  metric: 'auroc' | 'averagePrecision',
  scores: Rows,
  labels: LabelRows,
  average: Average | 'samples',
): number | null {
  const columns = checkShape('labels', labels, scores);
  const compute = metric === 'auroc' ? auroc : averagePrecision;
  const parts =
    average === 'samples'
      ? scores.map((row, i) => known([row], [labels[i]]))
      : Array.from({ length: columns }, (_, column) => known(scores, labels, column));
  if (average === 'micro')
    return compute(
      parts.flatMap((part) => part.scores),
      parts.flatMap((part) => part.labels),
    );
  const supports = parts.map((part) => part.labels.reduce((sum, label) => sum + label, 0));
  return meanOfDefined(
    parts.map((part) => compute(part.scores, part.labels)),
    average === 'weighted' ? supports : undefined,
  );
}

/** Scores and labels of one column, or of all, where the label is known. */
function known(
  scores: Rows,
  labels: LabelRows,
  column?: number,
): { readonly scores: number[]; readonly labels: number[] } {
  const kept = { scores: [] as number[], labels: [] as number[] };
  for (const [i, row] of scores.entries()) {
    const from = column ?? 0;
    const to = column === undefined ? row.length : column + 1;
    for (let j = from; j < to; j++) {
      const label = labels[i][j];
      if (label === null) continue;
      checkBinary(`labels[${i}][${j}]`, [label]);
      kept.scores.push(row[j]);
      kept.labels.push(label);
    }
  }
  return kept;
}
