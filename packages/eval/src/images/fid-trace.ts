import { centred, columnMeans, type FeatureStatistics } from './feature-statistics.js';
import { choleskyRows } from './linear-algebra/cholesky-rows.js';
import { nuclearNorm } from './linear-algebra/nuclear-norm.js';
import type { Rows } from './linear-algebra/squared-distances.js';
import { symmetricEigenvalues } from './linear-algebra/symmetric-eigenvalues.js';
import type { ProductSteps } from './matrix-products.js';

/** Largest cross product kept as one matrix: 2^26 doubles, 512 MiB. */
const LARGEST_CROSS = 2 ** 26;

/** Share of the total variance that rounding gives a constant feature at most. */
const CONSTANT = 1e-28;

/**
 * Tells whether the product of the rows themselves is the way to tr (S1 S2)^(1/2): it must be where a covariance is
 * singular for want of rows, unless the other side has so many that a triangular factor takes their place.
 */
export function takesRows(n1: number, n2: number, d: number): boolean {
  const [few, many] = n1 < n2 ? [n1, n2] : [n2, n1];
  if (few > d || few * many > LARGEST_CROSS) return false;
  const throughRows = few * many * (d + 2 * few);
  const throughFactor = (many * d * d) / 2 + d ** 3 / 6 + (few * d * d) / 2 + 2 * few * few * d;
  return many <= d || throughRows <= throughFactor;
}

/** Computes tr (S1 S2)^(1/2) from rows on both sides: the nuclear norm of A B^T, A and B centred over sqrt(n - 1). */
export function* traceOfRows(a: Rows, b: Rows): ProductSteps<number> {
  const cross = yield {
    a: centred(a, columnMeans(a)),
    b: centred(b, columnMeans(b)),
    m: a.n,
    n: b.n,
    k: a.d,
  };
  return nuclearNorm(cross, a.n, b.n) / Math.sqrt((a.n - 1) * (b.n - 1));
}

/** Computes tr (S1 S2)^(1/2) from statistics, by the route their sizes leave. */
export function* traceOfStatistics(
  a: FeatureStatistics,
  b: FeatureStatistics,
): ProductSteps<number> {
  const { d } = a;
  if (a.rows !== undefined && b.rows !== undefined)
    return yield* traceOfRows({ data: a.rows, n: a.n, d }, { data: b.rows, n: b.n, d });
  if (a.rows !== undefined && b.scatter !== undefined)
    return yield* traceOfMixed({ data: a.rows, n: a.n, d }, b.scatter, b.n);
  if (b.rows !== undefined && a.scatter !== undefined)
    return yield* traceOfMixed({ data: b.rows, n: b.n, d }, a.scatter, a.n);
  const none = new Float64Array(d * d);
  const sum = yield* traceOfScatters(a.scatter ?? none, b.scatter ?? none, d);
  return sum / Math.sqrt((a.n - 1) * (b.n - 1));
}

/** The nuclear norm of A R^T, where R^T R is the other side's scatter. */
function* traceOfMixed(a: Rows, scatter: Float64Array, n: number): ProductSteps<number> {
  const { rows, rank } = choleskyRows(scatter, a.d);
  const cross = yield { a: centred(a, columnMeans(a)), b: rows, m: a.n, n: rank, k: a.d };
  return nuclearNorm(cross, a.n, rank) / Math.sqrt((a.n - 1) * (n - 1));
}

/**
 * With R^T R the one scatter and S the other: the sum of square roots of the eigenvalues of R S R^T. The roots would
 * blow rounding up where a scatter is singular; there it is the nuclear norm of the product of both factors.
 */
function* traceOfScatters(
  first: Float64Array,
  second: Float64Array,
  size: number,
): ProductSteps<number> {
  const live = liveFeatures(first, second, size);
  const d = live.length;
  const other = selected(second, live, size);
  const a = choleskyRows(selected(first, live, size), d);
  const b = choleskyRows(other, d);
  if (a.rank < d || b.rank < d) {
    const cross = yield { a: a.rows, b: b.rows, m: a.rank, n: b.rank, k: d };
    return nuclearNorm(cross, a.rank, b.rank);
  }
  const half = yield { a: a.rows, b: other, m: d, n: d, k: d, upper: true };
  const inner = yield { a: a.rows, b: half, m: d, n: d, k: d, upper: true, lower: true };
  let sum = 0;
  for (const value of symmetricEigenvalues(inner, d)) if (value > 0) sum += Math.sqrt(value);
  return sum;
}

/** @returns Features that vary on both sides; the others, such as channels that never fire, add nothing to the trace. */
function liveFeatures(first: Float64Array, second: Float64Array, d: number): number[] {
  const at = (j: number): number => j * d + j;
  const features = Array.from({ length: d }, (_, j) => j);
  const [floor1, floor2] = [first, second].map(
    (scatter) => CONSTANT * features.reduce((trace, j) => trace + scatter[at(j)], 0),
  );
  return features.filter((j) => first[at(j)] > floor1 && second[at(j)] > floor2);
}

function selected(matrix: Float64Array, features: readonly number[], d: number): Float64Array {
  const n = features.length;
  if (n === d) return matrix;
  return Float64Array.from(
    { length: n * n },
    (_, at) => matrix[features[Math.floor(at / n)] * d + features[at % n]],
  );
}
