import { InvalidInputError } from '@cxrkit/core';
import { type Score, score } from '../score/score.js';
import { type FeatureMatrix, featureRows } from './features.js';
import type { Rows } from './linear-algebra/squared-distances.js';

/** Rounding of float32 probabilities that is let pass. */
const SUM_TOLERANCE = 1e-3;

/** How sharp and how varied a classifier finds the images. */
export interface InceptionScore {
  /** Mean over splits, in [1, classes]. */
  readonly score: Score;
  /** Over splits, divided by their number. */
  readonly standardDeviation: number;
  readonly splits: readonly number[];
}

/**
 * Computes exp(mean KL(p(y|x) || p(y))) of class probabilities (Inception Score, Salimans et al. 2016), a split at a
 * time, in the given order.
 *
 * @param probabilities - `[n, classes]`; rows that sum to 1.
 * @param options - `splits`, 10 if absent: parts of n / splits rows.
 * @throws {@link InvalidInputError} for rows that are no distribution, or more splits than rows.
 */
export function inceptionScore(
  probabilities: FeatureMatrix,
  { splits = 10 }: { readonly splits?: number } = {},
): InceptionScore {
  const rows = featureRows(probabilities, 'probabilities');
  checkDistributions(rows);
  const { n } = rows;
  if (!Number.isSafeInteger(splits) || splits < 1 || splits > n)
    throw new InvalidInputError('splits', `a whole number from 1 to n = ${n}`, splits);
  const values = Array.from({ length: splits }, (_, i) =>
    scoreOf(rows, Math.floor((i * n) / splits), Math.floor(((i + 1) * n) / splits)),
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / splits;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / splits;
  const named = { classifier: probabilities.extractor ?? 'unnamed', splits };
  return {
    score: score('inceptionScore', named, n, mean),
    standardDeviation: Math.sqrt(variance),
    splits: values,
  };
}

function scoreOf({ data, d }: Rows, from: number, to: number): number {
  const marginal = new Float64Array(d);
  for (let i = from * d; i < to * d; i++) marginal[i % d] += data[i] / (to - from);
  let divergence = 0;
  for (let i = from * d; i < to * d; i++)
    if (data[i] > 0) divergence += data[i] * Math.log(data[i] / marginal[i % d]);
  return Math.exp(divergence / (to - from));
}

function checkDistributions({ data, n, d }: Rows): void {
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = i * d; j < (i + 1) * d; j++) sum += data[j] < 0 ? Number.NaN : data[j];
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE))
      throw new InvalidInputError(
        `probabilities[${i}]`,
        'values of at least 0 that sum to 1',
        sum,
        'Give probabilities, not logits.',
      );
  }
}
