import { NgramIndex, ngramCount } from '../ngram-index.js';

/** What BLEU of every style is computed from; of one item, or summed over many. */
export interface BleuCounts {
  /** `[order]` candidate n-grams that a reference has, each at most as often as in the reference that has it most. */
  readonly correct: Float64Array;
  /** `[order]` n-grams of the candidate. */
  readonly total: Float64Array;
  /** Words of the candidate. */
  readonly candidateLength: number;
  /** Words of the reference that counts. */
  readonly referenceLength: number;
}

/** Which of several references sets the length: the nearest to the candidate's (of equals the shorter), or the shortest. */
export type ReferenceLength = 'closest' | 'shortest';

/** @returns Length of the vector of statistics up to an order: correct, total, two lengths, number of items. */
export function statsLength(maxOrder: number): number {
  return 2 * maxOrder + 3;
}

/** Reads a vector of statistics. */
export function readCounts(stats: Float64Array, maxOrder: number): BleuCounts {
  return {
    correct: stats.subarray(0, maxOrder),
    total: stats.subarray(maxOrder, 2 * maxOrder),
    candidateLength: stats[2 * maxOrder],
    referenceLength: stats[2 * maxOrder + 1],
  };
}

/** What a counter counts. */
interface CounterOptions {
  readonly maxOrder: number;
  readonly reflen: ReferenceLength;
  /** What an item without n-grams of an order counts for it: 0, in NLTK 1. */
  readonly leastTotal: 0 | 1;
}

/**
 * Makes a counter of n-grams (Papineni et al. 2002, section 2.1).
 *
 * @returns A function from words to `[statsLength(maxOrder)]` statistics.
 */
export function bleuCounter({
  maxOrder,
  reflen,
  leastTotal,
}: CounterOptions): (
  candidate: readonly string[],
  references: readonly string[][],
) => Float64Array {
  const index = new NgramIndex();
  return (candidate, references) => {
    index.clear();
    const ngrams = index.ngrams(candidate, maxOrder);
    const others = references.map((words) => index.ngrams(words, maxOrder));
    const limits = largestCounts(others, index.size);
    const stats = new Float64Array(statsLength(maxOrder));
    const seen = new Int32Array(index.size);
    let from = 0;
    for (let k = 0; k < maxOrder; k++) {
      const to = from + ngramCount(candidate.length, k + 1);
      for (let i = from; i < to; i++) if (++seen[ngrams[i]] <= limits[ngrams[i]]) stats[k]++;
      stats[maxOrder + k] = Math.max(leastTotal, to - from);
      from = to;
    }
    stats[2 * maxOrder] = candidate.length;
    stats[2 * maxOrder + 1] = pickLength(candidate.length, references, reflen);
    stats[2 * maxOrder + 2] = 1;
    return stats;
  };
}

/** `[size]` how often each n-gram stands in the reference that has it most. */
function largestCounts(references: readonly Int32Array[], size: number): Int32Array {
  const largest = new Int32Array(size);
  for (const [i, ngrams] of references.entries()) {
    const counts = i === 0 ? largest : new Int32Array(size);
    for (const ngram of ngrams) counts[ngram]++;
    if (i > 0) for (let j = 0; j < size; j++) largest[j] = Math.max(largest[j], counts[j]);
  }
  return largest;
}

function pickLength(
  candidate: number,
  references: readonly string[][],
  length: ReferenceLength,
): number {
  const target = length === 'closest' ? candidate : 0;
  const lengths = references.map((words) => words.length);
  return lengths.reduce((best, next) => {
    const gain = Math.abs(best - target) - Math.abs(next - target);
    return gain > 0 || (gain === 0 && next < best) ? next : best;
  });
}
