import { createRandom, InvalidInputError, type Random, type TaskOptions } from '@cxrkit/core';
import { type Score, score } from '../score/score.js';
import { comparableRows, type FeatureMatrix } from './features.js';
import { type Kernel, kernelMatrices, type MmdEstimator, squaredMmd } from './kernel-mmd.js';
import type { Rows } from './linear-algebra/squared-distances.js';

/** Rows of both sides that make one subset. */
export interface KidSubset {
  readonly real: ArrayLike<number>;
  readonly generated: ArrayLike<number>;
}

/** Options of {@link kid}. */
export interface KidOptions extends TaskOptions {
  /**
   * Whose rule holds for sets smaller than a subset: `torch-fidelity` refuses them, `clean-fid` takes smaller subsets.
   * @defaultValue 'torch-fidelity'
   */
  readonly convention?: 'torch-fidelity' | 'clean-fid';
  /** @defaultValue 'unbiased' */
  readonly estimator?: MmdEstimator;
  /**
   * Number of random subsets, their rows, drawn without replacement by `seed`; or the subsets; or `whole` for one of all rows.
   * @defaultValue 100
   */
  readonly subsets?: number | 'whole' | readonly KidSubset[];
  /** @defaultValue 1000 */
  readonly subsetSize?: number;
  /** @defaultValue 1 */
  readonly seed?: number;
  /** @defaultValue (x.y / d + 1)^3 */
  readonly kernel?: Kernel;
}

/** The kernel distance of two sets of features. */
export interface KidResult {
  /** Mean over subsets; slightly below 0 is right for equal distributions. */
  readonly score: Score;
  /** Over subsets, divided by their number (numpy's default); 0 for one subset. */
  readonly standardDeviation: number;
  /** A value a subset. */
  readonly values: Float64Array;
}

const CUBIC: Kernel = { type: 'polynomial', degree: 3, offset: 1 };
/** Elements of the whole kernel matrices that are kept, 256 MiB; larger sets compute each subset's own. */
const LARGEST_WHOLE = 2 ** 25;

/**
 * Computes the kernel distance of two sets of features (KID, Binkowski et al. 2018): the mean squared maximum mean
 * discrepancy of random subsets, without the bias by n that FID has. Seeded subsets are not numpy's; give those of another
 * program as `subsets` to repeat its digits.
 *
 * @throws {@link InvalidInputError} for features that are not finite or do not compare, fewer than two rows, and subsets
 *   that are larger than a set (`torch-fidelity`), out of range, or unequal for the u-statistic.
 */
export function kid(
  real: FeatureMatrix,
  generated: FeatureMatrix,
  {
    convention = 'torch-fidelity',
    estimator = 'unbiased',
    subsets = 100,
    subsetSize = 1000,
    seed = 1,
    kernel = CUBIC,
    signal,
    onProgress,
  }: KidOptions = {},
): KidResult {
  const { real: x, generated: y, extractor } = comparableRows(real, generated);
  const smallest = Math.min(x.n, y.n);
  if (smallest < 2) throw new InvalidInputError('features', 'at least 2 rows a side', smallest);
  const size = convention === 'clean-fid' ? Math.min(subsetSize, smallest) : subsetSize;
  const chosen = chooseSubsets(subsets, size, x.n, y.n, seed);
  const mmdOf = subsetValue(x, y, kernel, estimator, chosen);
  const values = new Float64Array(chosen.length);
  for (const [i, subset] of chosen.entries()) {
    signal?.throwIfAborted();
    values[i] = mmdOf(checkSubset(subset, x.n, y.n, estimator));
    onProgress?.({ phase: 'evaluate', completed: i + 1, total: chosen.length, unit: 'steps' });
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const named = {
    features: extractor,
    convention,
    estimator,
    kernel: nameKernel(kernel),
    subsets: chosen.length,
    ...(subsets === 'whole' ? {} : { size: chosen[0].real.length }),
    ...(typeof subsets === 'number' ? { seed } : {}),
    real: x.n,
    generated: y.n,
  };
  return {
    score: score('kid', named, x.n + y.n, mean),
    standardDeviation: Math.sqrt(variance),
    values,
  };
}

function chooseSubsets(
  subsets: number | 'whole' | readonly KidSubset[],
  size: number,
  n: number,
  m: number,
  seed: number,
): readonly KidSubset[] {
  if (subsets === 'whole') return [{ real: range(n), generated: range(m) }];
  if (typeof subsets !== 'number') {
    if (subsets.length === 0) throw new InvalidInputError('subsets', 'at least one', subsets);
    return subsets;
  }
  if (!Number.isSafeInteger(subsets) || subsets < 1)
    throw new InvalidInputError('subsets', 'a whole number of at least 1', subsets);
  if (!Number.isSafeInteger(size) || size < 2 || size > Math.min(n, m))
    throw new InvalidInputError(
      'subsetSize',
      `a whole number from 2 to the smaller set, ${Math.min(n, m)}`,
      size,
      "Ask for smaller subsets, or for the 'clean-fid' convention.",
    );
  const random = createRandom(seed);
  return Array.from({ length: subsets }, () => ({
    real: draw(n, size, random),
    generated: draw(m, size, random),
  }));
}

/** Draws without replacement: the first steps of a Fisher-Yates shuffle. */
function draw(n: number, size: number, random: Random): Int32Array {
  const order = range(n);
  for (let i = 0; i < size; i++) {
    const j = i + random.integer(n - i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order.slice(0, size);
}

function checkSubset(subset: KidSubset, n: number, m: number, estimator: MmdEstimator): KidSubset {
  for (const [name, rows, count] of [
    ['real', subset.real, n],
    ['generated', subset.generated, m],
  ] as const) {
    if (rows.length < 2) throw new InvalidInputError(`subset.${name}`, '2 rows', rows.length);
    for (let i = 0; i < rows.length; i++)
      if (!(Number.isSafeInteger(rows[i]) && rows[i] >= 0 && rows[i] < count))
        throw new InvalidInputError(`subset.${name}[${i}]`, `a row below ${count}`, rows[i]);
  }
  if (estimator === 'u-statistic' && subset.real.length !== subset.generated.length)
    throw new InvalidInputError(
      'subset.generated',
      `as many rows as real, ${subset.real.length}, for the u-statistic`,
      subset.generated.length,
    );
  return subset;
}

/** Computes the kernel of all rows once where that is less work than the subsets' own, and fits. */
function subsetValue(
  x: Rows,
  y: Rows,
  kernel: Kernel,
  estimator: MmdEstimator,
  subsets: readonly KidSubset[],
): (subset: KidSubset) => number {
  const size = (n: number, m: number): number => n * n + m * m + n * m;
  const whole = size(x.n, y.n);
  const apart = subsets.reduce((sum, s) => sum + size(s.real.length, s.generated.length), 0);
  if (whole <= apart && whole <= LARGEST_WHOLE) {
    const matrices = kernelMatrices(x, y, kernel);
    return (subset) => squaredMmd(matrices, subset.real, subset.generated, estimator);
  }
  return (subset) => {
    const [a, b] = [gather(x, subset.real), gather(y, subset.generated)];
    return squaredMmd(kernelMatrices(a, b, kernel), range(a.n), range(b.n), estimator);
  };
}

function gather({ data, d }: Rows, indices: ArrayLike<number>): Rows {
  const part = new Float64Array(indices.length * d);
  for (let i = 0; i < indices.length; i++)
    part.set(data.subarray(indices[i] * d, (indices[i] + 1) * d), i * d);
  return { data: part, n: indices.length, d };
}

function range(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i);
}

function nameKernel(kernel: Kernel): string {
  if (kernel.type === 'rbf') return `rbf${kernel.sigma}`;
  return `poly${kernel.degree},${kernel.gamma ?? '1/d'},${kernel.offset}`;
}
