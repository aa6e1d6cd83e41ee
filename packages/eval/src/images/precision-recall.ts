import { InvalidInputError } from '@cxrkit/core';
import { type Score, score } from '../score/score.js';
import { comparableRows, type FeatureMatrix } from './features.js';
import { forEachDistanceRow, type Rows } from './linear-algebra/squared-distances.js';

/** Options of {@link precisionRecallDensityCoverage}. */
export interface PrdcOptions {
  /**
   * `prdc` counts what lies strictly inside a neighbourhood (Naeem et al. 2020); `torch-fidelity` counts its edge, too
   * (Kynkäänniemi et al. 2019), and defines no density and coverage. They differ on ties only.
   * @defaultValue 'prdc'
   */
  readonly convention?: 'prdc' | 'torch-fidelity';
  /**
   * Neighbours that set the radius of an item, itself not counted.
   * @defaultValue 5 for `prdc`, 3 for `torch-fidelity`
   */
  readonly k?: number;
}

/** Shares of both sets that lie in each other's neighbourhoods. */
export interface PrecisionRecallDensityCoverage {
  /** Share of generated items within the radius of some real item, in [0, 1]: fidelity. */
  readonly precision: Score;
  /** Share of real items within the radius of some generated item, in [0, 1]: diversity. */
  readonly recall: Score;
  /** Mean number of real neighbourhoods a generated item lies in, over k; may exceed 1. */
  readonly density: Score;
  /** Share of real items with a generated item within their radius, in [0, 1]. */
  readonly coverage: Score;
}

/**
 * Computes precision, recall, density and coverage of generated features. Distances are exact, so that ties are ties.
 *
 * @throws {@link InvalidInputError} for features that are not finite or do not compare, and k outside [1, n - 1] of either side.
 */
export function precisionRecallDensityCoverage(
  real: FeatureMatrix,
  generated: FeatureMatrix,
  { convention = 'prdc', k = convention === 'prdc' ? 5 : 3 }: PrdcOptions = {},
): PrecisionRecallDensityCoverage {
  const { real: x, generated: y, extractor } = comparableRows(real, generated);
  const smallest = Math.min(x.n, y.n);
  if (!Number.isSafeInteger(k) || k < 1 || k >= smallest)
    throw new InvalidInputError('k', `a whole number from 1 to ${smallest - 1} (n - 1)`, k);
  const shares = countInside(x, y, k, convention === 'torch-fidelity');
  const named = { features: extractor, convention, k, real: x.n, generated: y.n };
  const part = (name: string, value: number): Score => score(name, named, x.n + y.n, value);
  const none = (name: string): Score =>
    score(name, named, x.n + y.n, null, { reason: 'torch-fidelity does not define it' });
  return {
    precision: part('precision', shares.precision),
    recall: part('recall', shares.recall),
    density: convention === 'prdc' ? part('density', shares.density) : none('density'),
    coverage: convention === 'prdc' ? part('coverage', shares.coverage) : none('coverage'),
  };
}

function countInside(x: Rows, y: Rows, k: number, withEdge: boolean): Record<string, number> {
  const radiusX = neighbourRadii(x, k);
  const radiusY = neighbourRadii(y, k);
  const precise = new Uint8Array(y.n);
  let [recalled, inside, covered] = [0, 0, 0];
  forEachDistanceRow(x, y, (i, distances) => {
    let [inSome, covers] = [0, 0];
    for (let j = 0; j < y.n; j++) {
      const s = distances[j];
      if (s < radiusX[i] || (withEdge && s === radiusX[i])) {
        precise[j] = 1;
        inside++;
        covers = 1;
      }
      if (s < radiusY[j] || (withEdge && s === radiusY[j])) inSome = 1;
    }
    recalled += inSome;
    covered += covers;
  });
  return {
    precision: precise.reduce((sum, hit) => sum + hit, 0) / y.n,
    recall: recalled / x.n,
    density: (1 / k) * (inside / y.n), // rounds as prdc does
    coverage: covered / x.n,
  };
}

/** @returns `[n]` squared distance of each item to its k-th neighbour. */
function neighbourRadii(rows: Rows, k: number): Float64Array {
  const radii = new Float64Array(rows.n);
  const nearest = new Float64Array(k);
  forEachDistanceRow(rows, rows, (i, distances) => {
    nearest.fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < rows.n; j++)
      if (j !== i && distances[j] < nearest[k - 1]) insert(nearest, distances[j]);
    radii[i] = nearest[k - 1];
  });
  return radii;
}

/** Puts a value into an ascending list and drops the largest. */
function insert(sorted: Float64Array, value: number): void {
  let at = sorted.length - 1;
  while (at > 0 && sorted[at - 1] > value) {
    sorted[at] = sorted[at - 1];
    at--;
  }
  sorted[at] = value;
}
