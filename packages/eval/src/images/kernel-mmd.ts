import { multiplyTransposed } from './linear-algebra/multiply-transposed.js';
import { forEachDistanceRow, type Rows } from './linear-algebra/squared-distances.js';

/** Similarity of two features: (gamma x.y + offset)^degree, or exp(-|x - y|^2 / (2 sigma^2)). */
export type Kernel =
  | {
      readonly type: 'polynomial';
      readonly degree: number;
      /** 1 / d if absent. */
      readonly gamma?: number;
      readonly offset: number;
    }
  | { readonly type: 'rbf'; readonly sigma: number };

/**
 * How the squared maximum mean discrepancy is estimated (Gretton et al. 2012): `unbiased` leaves the diagonals of K_xx
 * and K_yy out and takes the mean of all of K_xy; `u-statistic` leaves its diagonal out as well; `biased` keeps all.
 */
export type MmdEstimator = 'unbiased' | 'biased' | 'u-statistic';

/** Kernel matrices of two sets, row-major. */
interface KernelMatrices {
  readonly xx: Float64Array;
  readonly yy: Float64Array;
  readonly xy: Float64Array;
  /** Rows of x. */
  readonly n: number;
  /** Rows of y. */
  readonly m: number;
}

/** Computes the three kernel matrices of two sets. */
export function kernelMatrices(x: Rows, y: Rows, kernel: Kernel): KernelMatrices {
  return {
    xx: kernelMatrix(x, x, kernel),
    yy: kernelMatrix(y, y, kernel),
    xy: kernelMatrix(x, y, kernel),
    n: x.n,
    m: y.n,
  };
}

/**
 * Estimates the squared maximum mean discrepancy of two subsets.
 *
 * @param rowsX - Indices into x; at least two.
 * @param rowsY - Indices into y; as many for `u-statistic`.
 */
export function squaredMmd(
  { xx, yy, xy, n, m }: KernelMatrices,
  rowsX: ArrayLike<number>,
  rowsY: ArrayLike<number>,
  estimator: MmdEstimator,
): number {
  const withDiagonal = estimator === 'biased';
  const a = meanOfSquare(xx, n, rowsX, withDiagonal);
  const b = meanOfSquare(yy, m, rowsY, withDiagonal);
  let sum = 0;
  for (let i = 0; i < rowsX.length; i++) {
    let row = 0;
    for (let j = 0; j < rowsY.length; j++) row += xy[rowsX[i] * m + rowsY[j]];
    sum += estimator === 'u-statistic' ? row - xy[rowsX[i] * m + rowsY[i]] : row;
  }
  const pairs = rowsX.length * (estimator === 'u-statistic' ? rowsY.length - 1 : rowsY.length);
  return a + b - (2 * sum) / pairs;
}

function meanOfSquare(
  matrix: Float64Array,
  stride: number,
  rows: ArrayLike<number>,
  withDiagonal: boolean,
): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i] * stride;
    let row = withDiagonal ? 0 : -matrix[at + rows[i]];
    for (let j = 0; j < rows.length; j++) row += matrix[at + rows[j]];
    sum += row;
  }
  return sum / (rows.length * (withDiagonal ? rows.length : rows.length - 1));
}

function kernelMatrix(x: Rows, y: Rows, kernel: Kernel): Float64Array {
  if (kernel.type === 'rbf') {
    const matrix = new Float64Array(x.n * y.n);
    const scale = -1 / (2 * kernel.sigma * kernel.sigma);
    forEachDistanceRow(x, y, (i, row) => matrix.set(row, i * y.n));
    for (let i = 0; i < matrix.length; i++) matrix[i] = Math.exp(scale * matrix[i]);
    return matrix;
  }
  const { degree, gamma = 1 / x.d, offset } = kernel;
  const matrix = multiplyTransposed({ a: x.data, b: y.data, m: x.n, n: y.n, k: x.d });
  for (let i = 0; i < matrix.length; i++) {
    const base = gamma * matrix[i] + offset;
    matrix[i] = degree === 3 ? base * base * base : base ** degree;
  }
  return matrix;
}
