import { searchAlignment } from './beam-search.js';
import type { CandidateMatches, Match, MeteorText } from './candidate-matches.js';
import type { Lexicon } from './lexicon.js';

/** Statistics a pair has; their order is that of METEOR's `MeteorStats`. */
export const STATISTICS = 23;

const LENGTH_1 = 0;
const LENGTH_2 = 1;
const FUNCTION_WORDS_1 = 2;
const FUNCTION_WORDS_2 = 3;
/** First of four a module: content words 1 and 2, function words 1 and 2. */
const MATCHES = 4;
const CHUNKS = 20;
const WORD_MATCHES_1 = 21;
const WORD_MATCHES_2 = 22;

/** Tuned for ranking of translations into English (`-t rank`, the default). */
const ALPHA = 0.85;
const BETA = 0.2;
const GAMMA = 0.6;
const DELTA = 0.75;

/** Counts lengths, function words, matches by module, and chunks of a pair. */
export function meteorStatistics(
  test: MeteorText,
  reference: MeteorText,
  candidates: CandidateMatches,
  { isFunction }: Lexicon,
): Float64Array {
  const statistics = new Float64Array(STATISTICS);
  const countFunctionWords = (ids: Int32Array) =>
    ids.reduce((sum, id) => sum + (isFunction[id] ? 1 : 0), 0);
  statistics[LENGTH_1] = test.ids.length;
  statistics[LENGTH_2] = reference.ids.length;
  statistics[FUNCTION_WORDS_1] = countFunctionWords(test.ids);
  statistics[FUNCTION_WORDS_2] = countFunctionWords(reference.ids);
  const matches = searchAlignment(candidates, test.ids.length);
  for (const match of matches) {
    if (match === undefined) continue;
    const { module, start1, length1, start2, length2 } = match;
    const functionWords1 = countFunctionWords(test.ids.subarray(start1, start1 + length1));
    const functionWords2 = countFunctionWords(reference.ids.subarray(start2, start2 + length2));
    const at = MATCHES + 4 * module;
    statistics[at] += length1 - functionWords1;
    statistics[at + 1] += length2 - functionWords2;
    statistics[at + 2] += functionWords1;
    statistics[at + 3] += functionWords2;
    statistics[WORD_MATCHES_1] += length1;
    statistics[WORD_MATCHES_2] += length2;
  }
  statistics[CHUNKS] = countChunks(matches);
  return statistics;
}

/** @returns The statistics as METEOR adds them up: one chunk that covers both texts is not counted. */
export function withoutPerfectChunk(statistics: Float64Array): Float64Array {
  const summand = statistics.slice();
  if (isPerfect(statistics)) summand[CHUNKS] = 0;
  return summand;
}

/**
 * Computes METEOR from the statistics of a pair or of many.
 *
 * @param statistics - {@link STATISTICS} or more, the rest is ignored.
 * @param weights - Of the modules.
 * @returns From 0 to 1; 0 if nothing matches.
 * @see Denkowski & Lavie 2014, "Meteor Universal", equations 1 to 5.
 */
export function meteorScore(statistics: Float64Array, weights: readonly number[]): number {
  const P = weightedMatches(statistics, weights, 0) / weightedLength(statistics, 0);
  const R = weightedMatches(statistics, weights, 1) / weightedLength(statistics, 1);
  const Fmean = 1 / ((1 - ALPHA) / P + ALPHA / R);
  const m = (statistics[WORD_MATCHES_1] + statistics[WORD_MATCHES_2]) / 2;
  const frag = isPerfect(statistics) ? 0 : statistics[CHUNKS] / m;
  const score = Fmean * (1 - GAMMA * frag ** BETA);
  return Number.isNaN(score) ? 0 : Math.max(score, 0);
}

function weightedLength(statistics: Float64Array, side: 0 | 1): number {
  const functionWords = statistics[FUNCTION_WORDS_1 + side];
  return DELTA * (statistics[LENGTH_1 + side] - functionWords) + (1 - DELTA) * functionWords;
}

function weightedMatches(
  statistics: Float64Array,
  weights: readonly number[],
  side: 0 | 1,
): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++)
    sum += statistics[MATCHES + 4 * i + side] * weights[i] * DELTA;
  for (let i = 0; i < weights.length; i++)
    sum += statistics[MATCHES + 4 * i + 2 + side] * weights[i] * (1 - DELTA);
  return sum;
}

function isPerfect(statistics: Float64Array): boolean {
  return (
    statistics[WORD_MATCHES_1] === statistics[LENGTH_1] &&
    statistics[WORD_MATCHES_2] === statistics[LENGTH_2] &&
    statistics[CHUNKS] === 1
  );
}

/** Counts runs of matches that follow one another in both texts. */
function countChunks(matches: readonly (Match | undefined)[]): number {
  let chunks = 0;
  let lastEnd = -1;
  for (let j = 0; j < matches.length; ) {
    const match = matches[j];
    if (match !== undefined && match.start1 !== lastEnd) chunks++;
    lastEnd = match === undefined ? -1 : match.start1 + match.length1;
    j += match === undefined ? 1 : match.length2;
  }
  return chunks;
}
