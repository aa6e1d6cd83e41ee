import { InvalidInputError } from '@cxrkit/core';
import type { Metric } from '../../score/metric.js';
import { NgramIndex, ngramCount } from '../ngram-index.js';
import type { TextPair } from '../text-pair.js';
import { type TextOptions, textReader } from '../text-reader.js';
import { lcsIndices, lcsLength, numberWords } from './longest-common-subsequence.js';
import { porterStem } from './porter-stemmer.js';

/** Which ROUGE: words, word pairs, longest common subsequence, the same joined over lines. */
export type GoogleRougeVariant = 'rouge1' | 'rouge2' | 'rougeL' | 'rougeLsum';

/** Options of {@link googleRouge}; `preprocessing` is `none` unless given. */
export interface GoogleRougeOptions extends TextOptions {
  /** @defaultValue `rougeL` */
  readonly variant?: GoogleRougeVariant;
  /** Whether words longer than three letters are stemmed (Porter). @defaultValue false */
  readonly stem?: boolean;
  /** @defaultValue `f1` */
  readonly part?: 'precision' | 'recall' | 'f1';
}

/** Matches, and what they are shares of. */
type Overlap = readonly [matches: number, ofCandidate: number, ofReference: number];

const PARTS = ['precision', 'recall', 'f1'] as const;

/**
 * Makes ROUGE as google's `rouge_score` and Hugging Face evaluate have it: words `[a-z0-9]+` in lower case; of several
 * references the one with the best F1. For `rougeLsum` a newline ends a sentence.
 *
 * @returns A metric in [0, 1] named such as `googleRougeL`; the corpus value is the mean.
 * @throws {@link InvalidInputError} for an unknown variant or part.
 * @see Lin 2004; google-research/google-research, rouge
 */
export function googleRouge(options: GoogleRougeOptions = {}): Metric<TextPair> {
  const { variant = 'rougeL', stem = false, part = 'f1' } = options;
  const overlap = VARIANTS[variant];
  if (overlap === undefined)
    throw new InvalidInputError('variant', Object.keys(VARIANTS).join(', '), variant);
  if (!PARTS.includes(part)) throw new InvalidInputError('part', PARTS.join(', '), part);
  const reader = textReader({ preprocessing: 'none', ...options });
  const tokenize = (text: string): string[] => googleTokens(text, stem);
  return {
    name: `googleR${variant.slice(1)}`,
    convention: { ...reader.convention, stem: stem ? 'porter' : 'no', part, agg: 'mean' },
    length: 4,
    stats(pair) {
      const { candidate, references } = reader.read(pair);
      let best = [0, 0, -1];
      for (const reference of references) {
        const scores = shares(overlap(candidate, reference, tokenize));
        if (scores[2] > best[2]) best = scores;
      }
      return Float64Array.of(...best, 1);
    },
    finalise: (sum) => (sum[3] === 0 ? null : sum[PARTS.indexOf(part)] / sum[3]),
  };
}

type Tokenize = (text: string) => string[];
type FindOverlap = (candidate: string, reference: string, tokenize: Tokenize) => Overlap;

const VARIANTS: Readonly<Record<GoogleRougeVariant, FindOverlap>> = {
  rouge1: (candidate, reference, tokenize) =>
    sharedNgrams(tokenize(candidate), tokenize(reference), 1),
  rouge2: (candidate, reference, tokenize) =>
    sharedNgrams(tokenize(candidate), tokenize(reference), 2),
  rougeL(candidate, reference, tokenize) {
    const [a, b] = numberWords(tokenize(candidate), tokenize(reference));
    return [lcsLength(a, b), a.length, b.length];
  },
  rougeLsum: unionOverlap,
};

function shares([matches, ofCandidate, ofReference]: Overlap): number[] {
  if (matches === 0) return [0, 0, 0];
  const precision = matches / ofCandidate;
  const recall = matches / ofReference;
  return [precision, recall, (2 * precision * recall) / (precision + recall)];
}

function googleTokens(text: string, stem: boolean): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return stem ? words.map((word) => (word.length > 3 ? porterStem(word) : word)) : words;
}

function sharedNgrams(candidate: string[], reference: string[], order: number): Overlap {
  const index = new NgramIndex();
  const wanted = ofOrder(index, reference, order);
  const given = ofOrder(index, candidate, order);
  const left = new Int32Array(index.size);
  for (const ngram of wanted) left[ngram]++;
  let matches = 0;
  for (const ngram of given) if (left[ngram]-- > 0) matches++;
  return [matches, given.length, wanted.length];
}

function ofOrder(index: NgramIndex, words: readonly string[], order: number): Int32Array {
  const all = index.ngrams(words, order);
  return all.subarray(all.length - ngramCount(words.length, order));
}

/** Summary-level ROUGE-L: per reference sentence the union of its common subsequences with all candidate sentences. */
function unionOverlap(candidate: string, reference: string, tokenize: Tokenize): Overlap {
  const lines = (text: string): string[][] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map(tokenize);
  const ours = lines(candidate);
  const rows = numberWords(...ours, ...lines(reference));
  const [given, wanted] = [rows.slice(0, ours.length), rows.slice(ours.length)];
  const leftGiven = countWords(given);
  const leftWanted = countWords(wanted);
  let matches = 0;
  for (const sentence of wanted) {
    const union = new Set(given.flatMap((other) => lcsIndices(sentence, other)));
    for (const at of union) {
      const word = sentence[at];
      const free = (leftGiven.get(word) ?? 0) > 0 && (leftWanted.get(word) ?? 0) > 0;
      if (!free) continue; // each word counts once
      matches++;
      leftGiven.set(word, (leftGiven.get(word) ?? 0) - 1);
      leftWanted.set(word, (leftWanted.get(word) ?? 0) - 1);
    }
  }
  const total = (sentences: readonly Int32Array[]): number =>
    sentences.reduce((sum, words) => sum + words.length, 0);
  return [matches, total(given), total(wanted)];
}

function countWords(sentences: readonly Int32Array[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const words of sentences)
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
