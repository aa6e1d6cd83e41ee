import type { TaskOptions } from '@cxrkit/core';
import { type Score, score } from '../score/score.js';
import { columnMeans, type FeatureStatistics, statisticsSteps } from './feature-statistics.js';
import { checkComparable, type FeatureMatrix, featureRows } from './features.js';
import { takesRows, traceOfRows, traceOfStatistics } from './fid-trace.js';
import type { Rows } from './linear-algebra/squared-distances.js';
import {
  type MatrixMultiplier,
  type ProductSteps,
  runProducts,
  runProductsAsync,
} from './matrix-products.js';

/** Options of {@link fidAsync}. */
export interface FidAsyncOptions extends Pick<TaskOptions, 'signal'> {
  /** Makes the matrix products, nine tenths of the work at d = 2048. */
  readonly multiply: MatrixMultiplier;
}

/**
 * Computes the Fréchet distance of two sets of features (FID, Heusel et al. 2017):
 * |mu1 - mu2|^2 + tr S1 + tr S2 - 2 tr (S1 S2)^(1/2), covariances over n - 1. The matrix root is never formed. With
 * no more rows than dimensions on a side its trace is the nuclear norm of A B^T, exact for singular covariances, where
 * pytorch-fid and torch-fidelity are off by up to 1e-7; else it comes from a Cholesky factor and symmetric eigenvalues.
 * FID falls with n: compare only equal counts and one extractor, both in the signature.
 *
 * @param real - Features, or statistics that were added up while streaming.
 * @returns At least 0; `null` with fewer than two rows on a side.
 * @throws {@link InvalidInputError} for values that are not finite, rows of two lengths, extractors of two names.
 */
export function fid(
  real: FeatureMatrix | FeatureStatistics,
  generated: FeatureMatrix | FeatureStatistics,
): Score {
  return runProducts(fidSteps(real, generated));
}

/** Computes {@link fid} with products made elsewhere. @throws What `multiply` throws, and the signal's reason. */
export async function fidAsync(
  real: FeatureMatrix | FeatureStatistics,
  generated: FeatureMatrix | FeatureStatistics,
  { multiply, signal }: FidAsyncOptions,
): Promise<Score> {
  return await runProductsAsync(fidSteps(real, generated), multiply, signal);
}

function* fidSteps(
  real: FeatureMatrix | FeatureStatistics,
  generated: FeatureMatrix | FeatureStatistics,
): ProductSteps<Score> {
  const x = side(real, 'real');
  const y = side(generated, 'generated');
  checkComparable(
    { d: x.d, extractor: real.extractor },
    { d: y.d, extractor: generated.extractor },
  );
  const features = real.extractor ?? generated.extractor ?? 'unnamed';
  const convention = { features, real: x.n, generated: y.n };
  const n = x.n + y.n;
  if (x.n < 2 || y.n < 2)
    return score('fid', convention, n, null, {
      reason: `a covariance needs two images a side; there are ${x.n} real and ${y.n} generated`,
    });
  return score('fid', convention, n, Math.max(0, yield* distanceSteps(x, y)));
}

function* distanceSteps(x: Side, y: Side): ProductSteps<number> {
  if (x.rows !== undefined && y.rows !== undefined && takesRows(x.n, y.n, x.d)) {
    const ends = distanceOfMeans(moments(x.rows), moments(y.rows));
    return ends - 2 * (yield* traceOfRows(x.rows, y.rows));
  }
  const a = x.statistics ?? (yield* statisticsSteps(x.rows));
  const b = y.statistics ?? (yield* statisticsSteps(y.rows));
  return distanceOfMeans(momentsOf(a), momentsOf(b)) - 2 * (yield* traceOfStatistics(a, b));
}

type Side = { readonly n: number; readonly d: number } & (
  | { readonly rows: Rows; readonly statistics?: undefined }
  | { readonly rows?: undefined; readonly statistics: FeatureStatistics }
);

function side(input: FeatureMatrix | FeatureStatistics, name: string): Side {
  if ('mean' in input) return { n: input.n, d: input.d, statistics: input };
  const rows = featureRows(input, name);
  return { n: rows.n, d: rows.d, rows };
}

interface Moments {
  readonly mean: Float64Array;
  /** Trace of the covariance. */
  readonly variance: number;
}

/** |mu1 - mu2|^2 + tr S1 + tr S2 */
function distanceOfMeans(a: Moments, b: Moments): number {
  let sum = 0;
  for (let j = 0; j < a.mean.length; j++) sum += (a.mean[j] - b.mean[j]) ** 2;
  return sum + a.variance + b.variance;
}

function momentsOf(statistics: FeatureStatistics): Moments {
  const { n, d, mean, rows, scatter } = statistics;
  if (scatter === undefined) return moments({ data: rows ?? new Float64Array(0), n, d });
  let trace = 0;
  for (let j = 0; j < d; j++) trace += scatter[j * d + j];
  return { mean, variance: trace / (n - 1) };
}

function moments(rows: Rows): Moments {
  const { data, n, d } = rows;
  const mean = columnMeans(rows);
  let trace = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) trace += (data[i * d + j] - mean[j]) ** 2;
  return { mean, variance: trace / (n - 1) };
}
