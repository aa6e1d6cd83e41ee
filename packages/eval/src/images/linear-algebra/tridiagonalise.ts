import { reflector } from './reflector.js';
import type { UpdateKernel } from './update-kernel.js';

/** A symmetric tridiagonal matrix. */
export interface Tridiagonal {
  /** `[n]` */
  readonly diagonal: Float64Array;
  /** `[n]`; element i couples i and i + 1, the last one is 0. */
  readonly coupling: Float64Array;
}

/**
 * Reduces a symmetric matrix to tridiagonal form by Householder reflections, from the last row upwards
 * (Golub & Van Loan 2013, section 8.3.1). The rank-2 update of one step and the matrix-vector product of the next run
 * in one pass over the matrix: the work is bound by memory, and this halves it.
 *
 * @param kernel - Holds the matrix, which is overwritten; its vectors are zeros.
 * @returns The tridiagonal matrix in reversed order, so that a matrix graded with its large part last comes out with it
 *   first, as QR iteration with shifts from the end wants it.
 */
export function tridiagonalise(kernel: UpdateKernel): Tridiagonal {
  const { n, lower, v, w, u, p } = kernel;
  const diagonal = new Float64Array(n);
  const coupling = new Float64Array(n);
  for (let i = n - 1; i >= 1; i--) {
    const row = (i * (i + 1)) / 2;
    for (let j = 0; j < i; j++) u[i - 1 - j] = lower[row + j] - v[i] * w[j] - w[i] * v[j];
    diagonal[n - 1 - i] = lower[row + i] - 2 * v[i] * w[i];
    const { image, beta } = reflector(u, 0, i);
    coupling[n - 1 - i] = image;
    u.subarray(0, i).reverse();
    p.fill(0, 0, i);
    updateAndMultiply(kernel, i);
    let inner = 0;
    for (let j = 0; j < i; j++) {
      p[j] *= beta;
      inner += p[j] * u[j];
    }
    const half = (beta * inner) / 2;
    for (let j = 0; j < i; j++) {
      v[j] = beta === 0 ? 0 : u[j];
      w[j] = p[j] - half * u[j];
    }
  }
  if (n > 0) diagonal[n - 1] = lower[0] - 2 * v[0] * w[0];
  return { diagonal, coupling };
}

/** Does lower -= v w^T + w v^T and p += lower u for the leading m rows. */
function updateAndMultiply(kernel: UpdateKernel, m: number): void {
  const { lower, v, w, u, p, sums } = kernel;
  for (let r = 0; r < m - (m % 2); r += 2) {
    kernel.rows(r);
    const row0 = (r * (r + 1)) / 2;
    const row1 = row0 + r + 1;
    const a = lower[row0 + r] - 2 * v[r] * w[r];
    const b = lower[row1 + r] - v[r + 1] * w[r] - w[r + 1] * v[r];
    const c = lower[row1 + r + 1] - 2 * v[r + 1] * w[r + 1];
    lower[row0 + r] = a;
    lower[row1 + r] = b;
    lower[row1 + r + 1] = c;
    p[r] += sums[0] + sums[1] + a * u[r] + b * u[r + 1];
    p[r + 1] += sums[2] + sums[3] + b * u[r] + c * u[r + 1];
  }
  if (m % 2 === 1) updateAndMultiplyLast(kernel, m - 1);
}

function updateAndMultiplyLast({ lower, v, w, u, p }: UpdateKernel, r: number): void {
  const row = (r * (r + 1)) / 2;
  let sum = 0;
  for (let j = 0; j < r; j++) {
    const a = lower[row + j] - v[r] * w[j] - w[r] * v[j];
    lower[row + j] = a;
    sum += a * u[j];
    p[j] += a * u[r];
  }
  const a = lower[row + r] - 2 * v[r] * w[r];
  lower[row + r] = a;
  p[r] += sum + a * u[r];
}
