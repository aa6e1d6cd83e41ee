import { meanOfDefined } from './averages.js';
import { type ConfusionMatrix, margins } from './confusion-matrix.js';

/** Computes the share of right decisions; `null` without decisions. */
export function accuracy({ counts }: ConfusionMatrix<unknown>): number | null {
  const { total } = margins(counts);
  return total > 0 ? trace(counts) / total : null;
}

/** Computes the mean recall of the classes that occur; `null` if none does. */
export function balancedAccuracy({ counts }: ConfusionMatrix<unknown>): number | null {
  const { rows } = margins(counts);
  return meanOfDefined(counts.map((row, i) => (rows[i] > 0 ? row[i] / rows[i] : null)));
}

/**
 * Computes Matthews' correlation of several classes (Gorodkin 2004).
 *
 * @returns In [-1, 1], or `null` where all labels or all predictions are of one class (scikit-learn gives 0).
 */
export function matthewsCorrelation({ counts }: ConfusionMatrix<unknown>): number | null {
  const { rows, columns, total } = margins(counts);
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, i) => sum + value * b[i], 0);
  const covariance = trace(counts) * total - product(rows, columns);
  const variances = (total ** 2 - product(rows, rows)) * (total ** 2 - product(columns, columns));
  return variances > 0 ? covariance / Math.sqrt(variances) : null;
}

/** How much a disagreement counts: any the same, by its distance in classes, or by the square of it. */
export type KappaWeights = 'none' | 'linear' | 'quadratic';

/**
 * Computes Cohen's kappa: agreement beyond chance (Cohen 1960; weighted: Cohen 1968).
 *
 * @param weights - For ordered classes.
 * @returns In [-1, 1], or `null` where no disagreement is expected by chance.
 */
export function cohenKappa(
  { counts }: ConfusionMatrix<unknown>,
  weights: KappaWeights = 'none',
): number | null {
  const { rows, columns, total } = margins(counts);
  let observed = 0;
  let expected = 0;
  for (let i = 0; i < rows.length; i++)
    for (let j = 0; j < rows.length; j++) {
      const weight = disagreement(Math.abs(i - j), weights);
      observed += weight * counts[i][j];
      expected += (weight * rows[i] * columns[j]) / total;
    }
  return expected > 0 ? 1 - observed / expected : null;
}

function disagreement(distance: number, weights: KappaWeights): number {
  if (weights === 'none') return distance === 0 ? 0 : 1;
  return weights === 'linear' ? distance : distance ** 2;
}

function trace(counts: readonly (readonly number[])[]): number {
  return counts.reduce((sum, row, i) => sum + row[i], 0);
}
