import { reflector } from './reflector.js';

/** An upper bidiagonal matrix with the singular values of another. */
interface Bidiagonal {
  /** `[n]` */
  readonly diagonal: Float64Array;
  /** `[n]`; element i stands right of diagonal element i, the last one is 0. */
  readonly upper: Float64Array;
}

/** What the steps so far have still to do: matrix -= u y^T + x v^T. */
interface PendingUpdate {
  readonly u: Float64Array;
  readonly y: Float64Array;
  readonly x: Float64Array;
  readonly v: Float64Array;
}

/**
 * Reduces a matrix to upper bidiagonal form by Householder reflections from both sides (Golub & Kahan 1965). Both
 * updates of a step wait for the next one, whose first product runs in the same pass over the matrix.
 *
 * @param matrix - `[m, n]`, m >= n, row-major; overwritten.
 */
export function bidiagonalise(matrix: Float64Array, m: number, n: number): Bidiagonal {
  const diagonal = new Float64Array(n);
  const upper = new Float64Array(n);
  let done = pending(m, n);
  let next = pending(m, n);
  for (let k = 0; k < n; k++) {
    const { u, y, x, v } = next;
    for (let r = k; r < m; r++)
      u[r] = matrix[r * n + k] - done.u[r] * done.y[k] - done.x[r] * done.v[k];
    const left = reflector(u, k, m);
    diagonal[k] = left.image;
    if (left.beta === 0) u[k] = 0;
    y.fill(0, k + 1);
    updateAndMultiply(matrix, done, next, k, m, n);
    for (let j = k + 1; j < n; j++) {
      y[j] *= left.beta;
      v[j] = matrix[k * n + j] - u[k] * y[j];
    }
    if (k + 1 === n) break;
    const right = reflector(v, k + 1, n);
    upper[k] = right.image;
    if (right.beta === 0) v[k + 1] = 0;
    multiplyRows(matrix, next, right.beta, k, m, n);
    x[k] = 0;
    [done, next] = [next, done];
  }
  return { diagonal, upper };
}

function pending(m: number, n: number): PendingUpdate {
  const [u, x] = [new Float64Array(m), new Float64Array(m)];
  const [y, v] = [new Float64Array(n), new Float64Array(n)];
  return { u, y, x, v };
}

/** Does matrix -= u y^T + x v^T of `done` and y += matrix^T u of `next`, right of column k, two rows at a time. */
function updateAndMultiply(
  matrix: Float64Array,
  { u, y, x, v }: PendingUpdate,
  next: PendingUpdate,
  k: number,
  m: number,
  n: number,
): void {
  const sums = next.y;
  for (let r = k; r < m; r += 2) {
    const s = Math.min(r + 1, m - 1);
    const weight = s === r ? 0 : next.u[s]; // an odd last row pairs with itself, by zeros
    const [ur, xr, wr] = [u[r], x[r], next.u[r]];
    const [us, xs] = s === r ? [0, 0] : [u[s], x[s]];
    const row = r * n;
    const other = s * n;
    for (let j = k + 1; j < n; j++) {
      const yj = y[j];
      const vj = v[j];
      const a = matrix[row + j] - ur * yj - xr * vj;
      matrix[row + j] = a;
      const b = matrix[other + j] - us * yj - xs * vj;
      matrix[other + j] = b;
      sums[j] += a * wr + b * weight;
    }
  }
}

/** Computes x = beta (matrix - u y^T) v below row k. */
function multiplyRows(
  matrix: Float64Array,
  { u, y, x, v }: PendingUpdate,
  beta: number,
  k: number,
  m: number,
  n: number,
): void {
  let inner = 0;
  for (let j = k + 1; j < n; j++) inner += y[j] * v[j];
  for (let r = k + 1; r < m; r++) {
    const row = r * n;
    let even = 0;
    let odd = 0;
    let j = k + 1;
    for (; j + 1 < n; j += 2) {
      even += matrix[row + j] * v[j];
      odd += matrix[row + j + 1] * v[j + 1];
    }
    if (j < n) even += matrix[row + j] * v[j];
    x[r] = beta * (even + odd - u[r] * inner);
  }
}
