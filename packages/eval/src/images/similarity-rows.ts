import { InvalidInputError } from '@cxrkit/core';
import { checkComparable, type FeatureMatrix, featureRows, unitRows } from './features.js';
import { multiplyTransposed } from './linear-algebra/multiply-transposed.js';
import type { Rows } from './linear-algebra/squared-distances.js';

const BLOCK = 256;

/**
 * Checks embeddings of pairs, row i of one with row i of the other, and scales them to length 1.
 *
 * @throws {@link InvalidInputError} for unequal counts or lengths, no pair, rows of zeros, values that are not finite.
 */
export function pairedUnitRows(
  images: FeatureMatrix,
  texts: FeatureMatrix,
): { readonly images: Rows; readonly texts: Rows } {
  const [x, y] = [featureRows(images, 'images'), featureRows(texts, 'texts')];
  checkComparable({ d: x.d }, { d: y.d });
  if (x.n === 0) throw new InvalidInputError('images', 'at least one row', 0);
  if (x.n !== y.n) throw new InvalidInputError('texts', `${x.n} rows, one an image`, y.n);
  return { images: unitRows(x, 'images'), texts: unitRows(y, 'texts') };
}

/** Visits the cosine similarities of every row to all rows of the other side; memory is 256 rows. */
export function forEachSimilarityRow(
  queries: Rows,
  targets: Rows,
  visit: (index: number, similarities: Float64Array) => void,
): void {
  const { d } = queries;
  for (let from = 0; from < queries.n; from += BLOCK) {
    const m = Math.min(BLOCK, queries.n - from);
    const a = queries.data.subarray(from * d, (from + m) * d);
    const block = multiplyTransposed({ a, b: targets.data, m, n: targets.n, k: d });
    for (let i = 0; i < m; i++) visit(from + i, block.subarray(i * targets.n, (i + 1) * targets.n));
  }
}
