import { bidiagonalise } from './bidiagonalise.js';
import { transpose } from './multiply-transposed.js';
import { tridiagonalEigenvalues } from './tridiagonal-eigenvalues.js';

/**
 * Computes the sum of the singular values of a matrix; absolute error about n 1e-16 times the largest one, as no
 * squared (Gram) matrix is formed. The values are the eigenvalues above zero of the tridiagonal matrix that interleaves
 * the bidiagonal form with zeros (Golub & Kahan 1965, section 3).
 *
 * @param matrix - `[m, n]`, row-major.
 */
export function nuclearNorm(matrix: Float64Array, m: number, n: number): number {
  let scale = 0;
  for (let i = 0; i < matrix.length; i++) scale = Math.max(scale, Math.abs(matrix[i]));
  if (scale === 0) return 0;
  const tall = m >= n ? Float64Array.from(matrix) : transpose(matrix, m, n);
  for (let i = 0; i < tall.length; i++) tall[i] /= scale; // squares neither overflow nor vanish
  const size = Math.min(m, n);
  const { diagonal, upper } = bidiagonalise(tall, Math.max(m, n), size);
  const coupling = new Float64Array(2 * size);
  for (let i = 0; i < size; i++) {
    coupling[2 * i] = diagonal[i];
    coupling[2 * i + 1] = upper[i];
  }
  const values = tridiagonalEigenvalues({ diagonal: new Float64Array(2 * size), coupling });
  return (scale * values.reduce((sum, value) => sum + Math.abs(value), 0)) / 2;
}
