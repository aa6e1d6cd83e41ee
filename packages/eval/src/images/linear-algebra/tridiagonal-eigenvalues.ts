import type { Tridiagonal } from './tridiagonalise.js';

/** Sweeps over one block after which couplings are cut at the precision of the whole matrix; a few suffice. */
const PATIENCE = 60;

/**
 * Computes the eigenvalues of a symmetric tridiagonal matrix by implicit QR with Wilkinson's shift
 * (Golub & Van Loan 2013, algorithms 8.3.2 and 8.3.3), values only.
 *
 * @param matrix - Overwritten.
 * @returns `[n]` in no order; `matrix.diagonal` itself.
 */
export function tridiagonalEigenvalues({ diagonal: d, coupling: e }: Tridiagonal): Float64Array {
  const norm = largest(d, e);
  let high = d.length - 1;
  let sweeps = 0;
  while (high > 0) {
    const floor = sweeps > PATIENCE ? Number.EPSILON * norm : Number.MIN_VALUE;
    const low = blockStart(d, e, high, floor);
    if (low === high) {
      high--;
      sweeps = 0;
      continue;
    }
    sweep(d, e, low, high);
    sweeps++;
  }
  return d;
}

/** @returns Where the last unreduced block starts; cuts couplings that have vanished. */
function blockStart(d: Float64Array, e: Float64Array, high: number, floor: number): number {
  let low = high;
  while (low > 0) {
    const size = Math.abs(e[low - 1]);
    if (size <= floor || size <= Number.EPSILON * Math.sqrt(Math.abs(d[low - 1] * d[low]))) {
      e[low - 1] = 0;
      break;
    }
    low--;
  }
  return low;
}

/** One QR step with the shift of the last 2 x 2 block, chasing the bulge downwards. */
function sweep(d: Float64Array, e: Float64Array, low: number, high: number): void {
  const t = e[high - 1];
  const half = (d[high - 1] - d[high]) / 2;
  const root = Math.sqrt(half * half + t * t);
  let x = d[low] - d[high] + (t * t) / (half + (half < 0 ? -root : root));
  let z = e[low];
  for (let k = low; k < high; k++) {
    const r = Math.sqrt(x * x + z * z);
    const c = r === 0 ? 1 : x / r;
    const s = r === 0 ? 0 : z / r;
    if (k > low) e[k - 1] = r;
    const a = d[k];
    const b = e[k];
    const f = d[k + 1];
    // (a, b; b, f) turned by (c, s); written with f - a so that equal diagonals lose nothing
    const g = s * (f - a) + 2 * c * b;
    d[k] = a + s * g;
    d[k + 1] = f - s * g;
    e[k] = c * g - b;
    x = e[k];
    if (k + 1 < high) {
      z = s * e[k + 1];
      e[k + 1] *= c;
    }
  }
}

function largest(d: Float64Array, e: Float64Array): number {
  let size = 0;
  for (let i = 0; i < d.length; i++) size = Math.max(size, Math.abs(d[i]), Math.abs(e[i]));
  return size;
}
