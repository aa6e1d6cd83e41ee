import type { Metric } from '../../score/metric.js';
import { meanMetric } from '../mean-metric.js';
import { porterStem } from '../rouge/porter-stemmer.js';
import type { TextPair } from '../text-pair.js';
import { type TextOptions, textReader } from '../text-reader.js';
import { splitWords } from '../words.js';
import type { Synonyms } from './synonyms.js';

/** Options of {@link nltkMeteor}. */
export interface NltkMeteorOptions extends TextOptions {
  /** From {@link loadSynonyms}; without them words match by equality and stem only. */
  readonly synonyms?: Synonyms;
}

const ALPHA = 0.9;
const BETA = 3;
const GAMMA = 0.5;

/**
 * Makes METEOR as NLTK 3.8 and, through it, Hugging Face evaluate compute it. It is a metric of its own, with values
 * about twice those of {@link meteor}: parameters of 2007, greedy matching from the last word back, no function words,
 * Porter's first stemmer.
 *
 * Synonyms are looked up for what stemming left of a word, as the original does.
 *
 * @returns A metric in [0, 1) named `nltkMeteor`; the corpus value is the mean, of several references the best counts.
 * @see Lavie & Agarwal 2007, section 2; nltk/translate/meteor_score.py
 */
export function nltkMeteor(options: NltkMeteorOptions = {}): Metric<TextPair> {
  const { synonyms } = options;
  const reader = textReader(options);
  const modules = synonyms === undefined ? 'exact+stem' : 'exact+stem+synonym';
  const stem = cached(porterStem);
  const namesOf = cached((word) => new Set(synonyms?.namesOf(word)).add(word));
  const value = (pair: TextPair): number => {
    const { candidate, references } = reader.read(pair);
    const test = splitWords(candidate.toLowerCase());
    const scores = references.map((reference) => {
      const words = splitWords(reference.toLowerCase());
      return score(align(test, words, stem, namesOf), test.length, words.length);
    });
    return Math.max(...scores);
  };
  return meanMetric('nltkMeteor', { ...reader.convention, modules, refs: 'best' }, value);
}

interface Token {
  readonly at: number;
  readonly word: string;
}

/** Positions in the test text and in the reference. */
type Pair = readonly [test: number, reference: number];

/** @returns Matched positions by position in the test text. */
function align(
  test: readonly string[],
  reference: readonly string[],
  stem: (word: string) => string,
  namesOf: (word: string) => ReadonlySet<string>,
): Pair[] {
  const equal = (a: string, b: string) => a === b;
  const isSynonym = (a: string, b: string) => namesOf(a).has(b);
  let left: Token[] = test.map((word, at) => ({ at, word }));
  let right: Token[] = reference.map((word, at) => ({ at, word }));
  const pairs = takeMatches(left, right, equal);
  const stemmed = (tokens: Token[]) => tokens.map(({ at, word }) => ({ at, word: stem(word) }));
  [left, right] = [stemmed(left), stemmed(right)];
  pairs.push(...takeMatches(left, right, equal), ...takeMatches(left, right, isSynonym));
  return pairs.sort(([a], [b]) => a - b);
}

/** Matches from the last words back and removes what it matched. */
function takeMatches(
  test: Token[],
  reference: Token[],
  isMatch: (test: string, reference: string) => boolean,
): Pair[] {
  const pairs: Pair[] = [];
  for (let i = test.length - 1; i >= 0; i--) {
    const { at, word } = test[i];
    const j = reference.findLastIndex((other) => isMatch(word, other.word));
    if (j < 0) continue;
    pairs.push([at, reference[j].at]);
    test.splice(i, 1);
    reference.splice(j, 1);
  }
  return pairs;
}

function score(pairs: readonly Pair[], length1: number, length2: number): number {
  const m = pairs.length;
  if (m === 0) return 0;
  const P = m / length1;
  const R = m / length2;
  const Fmean = (P * R) / (ALPHA * P + (1 - ALPHA) * R);
  return (1 - GAMMA * (countChunks(pairs) / m) ** BETA) * Fmean;
}

function countChunks(pairs: readonly Pair[]): number {
  let chunks = 1;
  for (let k = 1; k < pairs.length; k++) {
    const [[test, reference], [nextTest, nextReference]] = [pairs[k - 1], pairs[k]];
    if (nextTest !== test + 1 || nextReference !== reference + 1) chunks++;
  }
  return chunks;
}

function cached<Value>(compute: (word: string) => Value): (word: string) => Value {
  const known = new Map<string, Value>();
  return (word) => {
    const found = known.get(word);
    if (found !== undefined) return found;
    const value = compute(word);
    known.set(word, value);
    return value;
  };
}
