import { InvalidInputError } from '@cxrkit/core';
import { type Score, score } from '../score/score.js';
import { type FeatureMatrix, featureRows, unitRows } from './features.js';
import { multiplyTransposed, transpose } from './linear-algebra/multiply-transposed.js';
import { symmetricEigenvalues } from './linear-algebra/symmetric-eigenvalues.js';

/**
 * Computes the effective number of different images: the exponential of the entropy of the eigenvalues of K / n, K the
 * cosine similarities (Vendi score, Friedman & Dieng 2023), in [1, n].
 *
 * @param options - `order` of the Rényi entropy (Pasarkar & Dieng 2024), 1 if absent; smaller minds rare images more.
 * @returns `null` for no rows.
 * @throws {@link InvalidInputError} for rows of zeros, values that are not finite, an order of 0 or less.
 */
export function vendi(
  features: FeatureMatrix,
  { order = 1 }: { readonly order?: number } = {},
): Score {
  if (!(order > 0)) throw new InvalidInputError('order', 'above 0', order);
  const { data, n, d } = unitRows(featureRows(features, 'features'), 'features');
  const named = { features: features.extractor ?? 'unnamed', kernel: 'cosine', order };
  if (n === 0) return score('vendi', named, 0, null, { reason: 'there are no features' });
  const [side, depth] = [Math.min(n, d), Math.max(n, d)]; // X X^T and X^T X share their eigenvalues
  const a = n <= d ? data : transpose(data, n, d);
  const gram = multiplyTransposed({ a, b: a, m: side, n: side, k: depth, lower: true });
  const shares = symmetricEigenvalues(gram, side).map((value) => Math.max(0, value / n));
  return score('vendi', named, n, effectiveNumber(shares, order));
}

function effectiveNumber(shares: Float64Array, order: number): number {
  if (order === Number.POSITIVE_INFINITY) return 1 / shares.reduce((a, b) => Math.max(a, b), 0);
  let sum = 0;
  for (const p of shares) if (p > 0) sum += order === 1 ? -p * Math.log(p) : p ** order;
  return order === 1 ? Math.exp(sum) : sum ** (1 / (1 - order));
}
