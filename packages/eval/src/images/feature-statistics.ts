import { checkComparable, type FeatureMatrix, featureRows } from './features.js';
import type { Rows } from './linear-algebra/squared-distances.js';
import { type ProductSteps, runProducts } from './matrix-products.js';

/**
 * Count, mean and scatter of features, which add up over parts. While there are no more rows than dimensions the rows
 * themselves are kept: they are smaller than the scatter then, and exact where a covariance is singular.
 */
export interface FeatureStatistics {
  readonly n: number;
  readonly d: number;
  /** `[d]` */
  readonly mean: Float64Array;
  /** `[n, d]` while n <= d. */
  readonly rows?: Float64Array;
  /** `[d, d]` sum of (x - mean)(x - mean)^T, once n > d. */
  readonly scatter?: Float64Array;
  readonly extractor?: string;
}

/** Rows a product; bounds the memory of the transposed copy. */
const CHUNK = 2048;

/** Computes the statistics of features. @throws {@link InvalidInputError} as all features do. */
export function featureStatistics(features: FeatureMatrix): FeatureStatistics {
  return runProducts(statisticsSteps(featureRows(features, 'features'), features.extractor));
}

/**
 * Adds the statistics of two parts up (Chan, Golub & LeVeque 1983). The order of parts changes the last digits only.
 *
 * @throws {@link InvalidInputError} for rows of two lengths or extractors of two names.
 */
export function mergeFeatureStatistics(
  a: FeatureStatistics,
  b: FeatureStatistics,
): FeatureStatistics {
  checkComparable(a, b);
  const { d } = a;
  const n = a.n + b.n;
  const extractor = a.extractor ?? b.extractor;
  if (a.rows !== undefined && b.rows !== undefined) {
    const data = new Float64Array(n * d);
    data.set(a.rows);
    data.set(b.rows, a.n * d);
    return runProducts(statisticsSteps({ data, n, d }, extractor));
  }
  if (a.n === 0 || b.n === 0) return a.n === 0 ? b : a;
  const scatter = Float64Array.from(scatterOf(a));
  const other = scatterOf(b);
  const mean = new Float64Array(d);
  const delta = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    delta[i] = b.mean[i] - a.mean[i];
    mean[i] = a.mean[i] + (delta[i] * b.n) / n;
  }
  const weight = (a.n * b.n) / n;
  for (let i = 0; i < d; i++) {
    const scaled = weight * delta[i];
    for (let j = 0; j < d; j++) scatter[i * d + j] += other[i * d + j] + scaled * delta[j];
  }
  return { n, d, mean, scatter, ...(extractor === undefined ? {} : { extractor }) };
}

/** @returns `[n, d]` rows with the mean taken off. */
export function centred({ data, n, d }: Rows, mean: Float64Array): Float64Array {
  const result = new Float64Array(n * d);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++) result[i * d + j] = data[i * d + j] - mean[j];
  return result;
}

/** @returns `[d]` means of the columns; zeros for no rows. */
export function columnMeans({ data, n, d }: Rows): Float64Array {
  const mean = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) mean[j] += data[i * d + j];
  for (let j = 0; j < d; j++) mean[j] /= Math.max(n, 1);
  return mean;
}

/** Computes statistics; products are handed out. */
export function* statisticsSteps(rows: Rows, extractor?: string): ProductSteps<FeatureStatistics> {
  const { data, n, d } = rows;
  const named = extractor === undefined ? {} : { extractor };
  const mean = columnMeans(rows);
  if (n <= d) return { n, d, mean, rows: data, ...named };
  return { n, d, mean, scatter: yield* scatterSteps(rows, mean), ...named };
}

function* scatterSteps({ data, n, d }: Rows, mean: Float64Array): ProductSteps<Float64Array> {
  const scatter = new Float64Array(d * d);
  for (let from = 0; from < n; from += CHUNK) {
    const k = Math.min(CHUNK, n - from);
    const a = new Float64Array(d * k); // centred and transposed
    for (let i = 0; i < k; i++)
      for (let j = 0; j < d; j++) a[j * k + i] = data[(from + i) * d + j] - mean[j];
    const part = yield { a, b: a, m: d, n: d, k, lower: true };
    for (let i = 0; i < d; i++) for (let j = 0; j <= i; j++) scatter[i * d + j] += part[i * d + j];
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) scatter[j * d + i] = scatter[i * d + j];
  return scatter;
}

function scatterOf({ scatter, rows, n, d, mean }: FeatureStatistics): Float64Array {
  if (scatter !== undefined) return scatter;
  return runProducts(scatterSteps({ data: rows ?? new Float64Array(0), n, d }, mean));
}
