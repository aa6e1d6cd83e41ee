import { tridiagonalEigenvalues } from './tridiagonal-eigenvalues.js';
import { tridiagonalise } from './tridiagonalise.js';
import { createUpdateKernel, type UpdateKernel } from './update-kernel.js';

/**
 * Computes the eigenvalues of a symmetric matrix; absolute error about 1e-16 times the largest one, and less for small
 * ones that stem from rows of small scale: rows are put in the order of their diagonal first.
 *
 * @param matrix - `[n, n]`; the lower triangle is read.
 * @returns `[n]` in no order.
 */
export function symmetricEigenvalues(
  matrix: Float64Array,
  n: number,
  kernel: UpdateKernel = createUpdateKernel(n),
): Float64Array {
  const { lower } = kernel;
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => matrix[i * n + i] - matrix[j * n + j],
  );
  let scale = 0;
  for (let r = 0, at = 0; r < n; r++)
    for (let c = 0; c <= r; c++, at++) {
      const [i, j] = [order[r], order[c]];
      lower[at] = i > j ? matrix[i * n + j] : matrix[j * n + i];
      scale = Math.max(scale, Math.abs(lower[at]));
    }
  if (scale === 0) return new Float64Array(n);
  for (let at = 0; at < lower.length; at++) lower[at] /= scale; // squares neither overflow nor vanish
  return tridiagonalEigenvalues(tridiagonalise(kernel)).map((value) => value * scale);
}
