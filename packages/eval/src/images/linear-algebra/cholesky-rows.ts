import { addProduct } from './multiply-transposed.js';

/** Pivots at or below this share of the mean variance count as zero: the direction has no variance. */
const ZERO_PIVOT = 1e-14;
const BLOCK = 64;

/** A factor R of a positive semidefinite matrix S = R^T R. */
interface CholeskyRows {
  /** `[rank, d]`, zero before the diagonal. */
  readonly rows: Float64Array;
  readonly rank: number;
}

/**
 * Factors a positive semidefinite matrix, singular ones included: a zero pivot gives a zero row, which is left out
 * (Higham 2002, section 10.3, without pivoting).
 *
 * @param matrix - `[d, d]` symmetric; the lower triangle is read.
 */
export function choleskyRows(matrix: Float64Array, d: number): CholeskyRows {
  const factor = Float64Array.from(matrix);
  let trace = 0;
  for (let i = 0; i < d; i++) trace += factor[i * d + i];
  const floor = (ZERO_PIVOT * trace) / d;
  for (let k0 = 0; k0 < d; k0 += BLOCK) {
    const k1 = Math.min(d, k0 + BLOCK);
    const panel = factorColumns(factor, d, k0, k1, floor);
    const [m, k] = [d - k1, k1 - k0];
    addProduct(
      { a: panel, b: panel, m, n: m, k, lower: true },
      { data: factor, stride: d, offset: k1 * d + k1, scale: -1 },
    );
  }
  return compact(factor, d);
}

/** Factors columns k0..k1 for all rows below. @returns `[d - k1, k1 - k0]` the rows below the block, packed. */
function factorColumns(
  factor: Float64Array,
  d: number,
  k0: number,
  k1: number,
  floor: number,
): Float64Array {
  const width = k1 - k0;
  const panel = new Float64Array((d - k1) * width);
  for (let i = k0; i < d; i++) {
    const row = i * d;
    for (let j = k0; j < Math.min(k1, i); j++) {
      const pivot = factor[j * d + j];
      factor[row + j] = pivot === 0 ? 0 : remainder(factor, row, j * d, k0, j) / pivot;
    }
    if (i >= k1) panel.set(factor.subarray(row + k0, row + k1), (i - k1) * width);
    else {
      const square = remainder(factor, row, row, k0, i);
      factor[row + i] = square > floor ? Math.sqrt(square) : 0;
    }
  }
  return panel;
}

/** What is left of element j of a row once columns k0..j of the block are taken off. */
function remainder(
  factor: Float64Array,
  row: number,
  other: number,
  k0: number,
  j: number,
): number {
  let sum = factor[row + j];
  for (let t = k0; t < j; t++) sum -= factor[row + t] * factor[other + t];
  return sum;
}

function compact(factor: Float64Array, d: number): CholeskyRows {
  const kept: number[] = [];
  for (let j = 0; j < d; j++) if (factor[j * d + j] > 0) kept.push(j);
  const rows = new Float64Array(kept.length * d);
  for (const [r, j] of kept.entries())
    for (let i = j; i < d; i++) rows[r * d + i] = factor[i * d + j];
  return { rows, rank: kept.length };
}
