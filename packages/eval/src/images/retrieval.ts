import { InvalidInputError } from '@cxrkit/core';
import type { Metric, Resampled } from '../score/metric.js';
import type { FeatureMatrix } from './features.js';
import type { Rows } from './linear-algebra/squared-distances.js';
import { forEachSimilarityRow, pairedUnitRows } from './similarity-rows.js';

/** The rank of each query's own partner, 1 = first. */
export interface RetrievalRanks {
  readonly imageToText: Int32Array;
  readonly textToImage: Int32Array;
}

/**
 * Ranks all texts for each image and all images for each text by cosine similarity. The rank of the partner is 1 + those
 * strictly better + equal ones before it, as a stable sort gives. Feed the ranks to {@link recallAt},
 * {@link meanRank}, {@link meanReciprocalRank} and {@link medianRank}.
 *
 * @param images - `[n, d]`; row i belongs to row i of `texts`.
 * @throws {@link InvalidInputError} for unequal counts or lengths, no pair, rows of zeros, values that are not finite.
 */
export function retrievalRanks(images: FeatureMatrix, texts: FeatureMatrix): RetrievalRanks {
  const unit = pairedUnitRows(images, texts);
  return {
    imageToText: ranks(unit.images, unit.texts),
    textToImage: ranks(unit.texts, unit.images),
  };
}

function ranks(queries: Rows, targets: Rows): Int32Array {
  const result = new Int32Array(queries.n);
  forEachSimilarityRow(queries, targets, (i, similarities) => {
    const own = similarities[i];
    let rank = 1;
    for (let j = 0; j < similarities.length; j++)
      if (similarities[j] > own || (similarities[j] === own && j < i)) rank++;
    result[i] = rank;
  });
  return result;
}

/** Makes the share of ranks up to k, in [0, 1]. @throws {@link InvalidInputError} for k below 1. */
export function recallAt(k: number): Metric<number> {
  if (!Number.isSafeInteger(k) || k < 1)
    throw new InvalidInputError('k', 'a whole number of at least 1', k);
  return meanOf(`recallAt${k}`, (rank) => (rank <= k ? 1 : 0));
}

/** Makes the mean rank. */
export function meanRank(): Metric<number> {
  return meanOf('meanRank', (rank) => rank);
}

/** Makes the mean of 1 / rank (MRR), in (0, 1]. */
export function meanReciprocalRank(): Metric<number> {
  return meanOf('meanReciprocalRank', (rank) => 1 / rank);
}

/** Prepares the median rank (the mean of the middle two for an even count) for any resample. */
export function medianRank(ranks: ArrayLike<number>): Resampled {
  const order = Array.from({ length: ranks.length }, (_, i) => i).sort(
    (a, b) => ranks[a] - ranks[b],
  );
  return {
    n: ranks.length,
    value(counts) {
      const weight = (i: number): number => (counts === undefined ? 1 : counts[i]);
      const total = order.reduce((sum, i) => sum + weight(i), 0);
      if (total === 0) return null;
      const at = (position: number): number => {
        let seen = 0;
        const index = order.findIndex((i) => {
          seen += weight(i);
          return seen > position;
        });
        return ranks[order[index]];
      };
      return (at(Math.floor((total - 1) / 2)) + at(Math.floor(total / 2))) / 2;
    },
  };
}

function meanOf(name: string, value: (rank: number) => number): Metric<number> {
  return {
    name,
    convention: { ties: 'stable' },
    length: 2,
    stats: (rank) => Float64Array.of(value(rank), 1),
    finalise: ([sum, n]) => (n === 0 ? null : sum / n),
  };
}
