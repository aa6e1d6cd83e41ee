import { InvalidInputError } from '@cxrkit/core';
import { type Score, score } from '../score/score.js';
import { checkComparable, type FeatureMatrix, featureRows, unitRows } from './features.js';
import { forEachDistanceRow, type Rows } from './linear-algebra/squared-distances.js';

/** Options of {@link memorisation}. */
export interface MemorisationOptions {
  /**
   * `cosine` measures between features of length 1.
   * @defaultValue 'euclidean'
   */
  readonly distance?: 'euclidean' | 'cosine';
  /**
   * Quantile of the validation distances below which a generated item counts as a copy.
   * @defaultValue 0.05
   */
  readonly copyQuantile?: number;
}

/** How near items come to the training set. */
export interface NearestDistances {
  /** `[n]` Euclidean distance to the nearest training item. */
  readonly distances: Float64Array;
  /** `[n]` index of that training item. */
  readonly nearest: Int32Array;
  /** Minimum, 5 %, 25 %, 50 %, 75 %, 95 %, maximum of the distances (linear interpolation). */
  readonly quantiles: readonly number[];
}

/** What speaks for or against copies of training images. */
export interface Memorisation {
  readonly generated: NearestDistances;
  /** Real images the model has not seen, by the same measure: how near is normal. */
  readonly validation: NearestDistances;
  /** Distance below which a generated item counts as a copy. */
  readonly copyThreshold: number;
  /** Share of generated items below the threshold, in [0, 1]; `copyQuantile` is what chance gives. */
  readonly copyRate: Score;
  /** Indices of those items, nearest first: the ones to look at. */
  readonly copies: readonly number[];
  /**
   * Share of generated items that are farther from their nearest training item than that one is from its own nearest
   * training item, in [0, 1] (Alaa et al. 2022, section 3.3).
   */
  readonly authenticity: Score;
  /**
   * Chance that a generated item is nearer to the training set than a validation item, ties half (the statistic of
   * Meehan et al. 2020): 0.5 is no sign of copies, 1 is copying.
   */
  readonly nearerThanValidation: Score;
}

const QUANTILES = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];

/**
 * Looks for copied training images: the distance of each generated item to its nearest training item, compared with
 * that of real images the model has not seen.
 *
 * @throws {@link InvalidInputError} for features that are not finite or do not compare, fewer than two training items, no
 *   generated or validation item, or a quantile outside (0, 1).
 */
export function memorisation(
  features: {
    readonly generated: FeatureMatrix;
    readonly train: FeatureMatrix;
    readonly validation: FeatureMatrix;
  },
  { distance = 'euclidean', copyQuantile = 0.05 }: MemorisationOptions = {},
): Memorisation {
  if (!(copyQuantile > 0 && copyQuantile < 1))
    throw new InvalidInputError('copyQuantile', 'a number in (0, 1)', copyQuantile);
  const rows = (name: keyof typeof features, least: number): Rows => {
    const checked = featureRows(features[name], name);
    if (checked.n < least) throw new InvalidInputError(name, `at least ${least} rows`, checked.n);
    const extractor = { extractor: features[name].extractor };
    checkComparable(
      { d: features.train.dims[1], extractor: features.train.extractor },
      { d: checked.d, ...extractor },
    );
    return distance === 'cosine' ? unitRows(checked, name) : checked;
  };
  const train = rows('train', 2);
  const generated = nearestTo(rows('generated', 1), train);
  const validation = nearestTo(rows('validation', 1), train);
  const copyThreshold = quantile(Float64Array.from(validation.distances).sort(), copyQuantile);
  const copies = [...generated.distances.keys()]
    .filter((i) => generated.distances[i] < copyThreshold)
    .sort((i, j) => generated.distances[i] - generated.distances[j]);
  const n = generated.distances.length;
  const named = {
    features: features.train.extractor ?? features.generated.extractor ?? 'unnamed',
    distance,
    train: train.n,
    validation: validation.distances.length,
  };
  return {
    generated,
    validation,
    copyThreshold,
    copyRate: score('copyRate', { ...named, quantile: copyQuantile }, n, copies.length / n),
    copies,
    authenticity: score('authenticity', named, n, authenticity(generated, train)),
    nearerThanValidation: score(
      'nearerThanValidation',
      named,
      n,
      chanceBelow(generated.distances, validation.distances),
    ),
  };
}

function nearestTo(items: Rows, train: Rows): NearestDistances {
  const distances = new Float64Array(items.n);
  const nearest = new Int32Array(items.n);
  forEachDistanceRow(items, train, (i, row) => {
    let best = 0;
    for (let j = 1; j < row.length; j++) if (row[j] < row[best]) best = j;
    nearest[i] = best;
    distances[i] = Math.sqrt(row[best]);
  });
  const sorted = Float64Array.from(distances).sort();
  return { distances, nearest, quantiles: QUANTILES.map((q) => quantile(sorted, q)) };
}

function authenticity({ distances, nearest }: NearestDistances, train: Rows): number {
  const { d } = train;
  const hit = [...new Set(nearest)];
  const data = new Float64Array(hit.length * d);
  for (const [r, j] of hit.entries()) data.set(train.data.subarray(j * d, (j + 1) * d), r * d);
  const own = new Map<number, number>();
  forEachDistanceRow({ data, n: hit.length, d }, train, (r, row) => {
    let best = Number.POSITIVE_INFINITY;
    for (let j = 0; j < row.length; j++) if (j !== hit[r] && row[j] < best) best = row[j];
    own.set(hit[r], Math.sqrt(best));
  });
  let authentic = 0;
  for (let i = 0; i < distances.length; i++)
    if (distances[i] > (own.get(nearest[i]) ?? 0)) authentic++;
  return authentic / distances.length;
}

/** Chance that a value of `a` lies below one of `b`, ties half (Mann & Whitney 1947). */
function chanceBelow(a: Float64Array, b: Float64Array): number {
  const sorted = Float64Array.from(b).sort();
  let wins = 0;
  for (const value of a) {
    const [below, upTo] = [countBelow(sorted, value, false), countBelow(sorted, value, true)];
    wins += sorted.length - upTo + (upTo - below) / 2;
  }
  return wins / (a.length * b.length);
}

function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value || (orEqual && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Linear interpolation between order statistics (type 7 of Hyndman & Fan 1996). */
function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
