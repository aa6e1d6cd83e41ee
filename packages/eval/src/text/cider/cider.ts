import { InvalidInputError } from '@cxrkit/core';
import type { Metric } from '../../score/metric.js';
import { meanMetric } from '../mean-metric.js';
import { NgramIndex, ngramCount } from '../ngram-index.js';
import type { TextPair } from '../text-pair.js';
import { type TextOptions, textReader } from '../text-reader.js';
import { splitWords } from '../words.js';
import { CIDER_ORDER, DocumentFrequencies } from './document-frequencies.js';

/** Width of the Gaussian over differences of length in CIDEr-D. */
const SIGMA = 6;

/** Options of {@link cider}. */
export interface CiderOptions extends TextOptions {
  /** `cider` is the plain cosine, `ciderD` clips counts and punishes other lengths. @defaultValue `ciderD` */
  readonly variant?: 'cider' | 'ciderD';
}

/**
 * Makes CIDEr or CIDEr-D: the mean over 1- to 4-grams of the TF-IDF cosine, times 10; mean over references. What
 * pycocoevalcap calls CIDEr is CIDEr-D. No stemming, as in the released codes. On a corpus of one item every idf is 0
 * and so is the score; length in CIDEr-D is counted in word pairs (a habit of the released code, kept).
 *
 * @param frequencies - From {@link documentFrequencies} over all items, with the same preprocessing, or a table from
 *   outside.
 * @returns A metric in [0, 10]; the corpus value is the mean.
 * @throws {@link InvalidInputError} for no documents, an unknown variant, or frequencies of texts prepared otherwise.
 * @see Vedantam et al. 2015; salaniz/pycocoevalcap, cider; vrama91/cider
 */
export function cider(
  frequencies: DocumentFrequencies,
  { variant = 'ciderD', ...options }: CiderOptions = {},
): Metric<TextPair> {
  if (variant !== 'cider' && variant !== 'ciderD')
    throw new InvalidInputError('variant', 'cider or ciderD', variant);
  return makeCider(variant, variant === 'ciderD', frequencies, options);
}

/**
 * Makes what the released code of RGRG and IFCC computes and prints as CIDEr-D: its frequencies were counted with all
 * reports as references of one item, hence every df is 1 and the idf of every n-gram is `ln documents`. Not comparable
 * with CIDEr-D (3.0 where that is 2.5); its own name says so.
 *
 * @param documents - Number of items.
 */
export function ciderDConstantDf(documents: number, options: TextOptions = {}): Metric<TextPair> {
  const frequencies = DocumentFrequencies.fromTable({ n: documents, df: {} }, 'constant');
  return makeCider('CIDEr_D_constant_df', true, frequencies, options);
}

function makeCider(
  name: string,
  clips: boolean,
  frequencies: DocumentFrequencies,
  options: TextOptions,
): Metric<TextPair> {
  if (frequencies.documents < 1)
    throw new InvalidInputError('frequencies', 'at least one document', frequencies.documents);
  const reader = textReader(options);
  const { prep, reftext } = reader.convention;
  const { source, isExternal } = frequencies;
  if (!isExternal && source !== `${prep},${reftext}`)
    throw new InvalidInputError(
      'frequencies',
      `frequencies of texts prepared by ${prep},${reftext}`,
      source,
      'Give documentFrequencies the same options.',
    );
  const df = isExternal ? source : 'corpus';
  const convention = { prep, reftext, df, documents: frequencies.documents };
  const index = new NgramIndex();
  const logDocuments = Math.log(frequencies.documents);
  return meanMetric(name, convention, (pair) => {
    const { candidate, references } = reader.read(pair);
    index.clear();
    const texts = [candidate, ...references].map(splitWords);
    const ngrams = texts.map((words) => index.ngrams(words, CIDER_ORDER));
    const idf = frequencies.lookUp(index);
    for (let i = 0; i < idf.length; i++) idf[i] = logDocuments - Math.log(Math.max(1, idf[i]));
    const [ours, ...others] = texts.map((words, i) => weigh(ngrams[i], words.length, idf));
    const sum = others.reduce((total, other) => total + similarity(ours, other, clips), 0);
    return (10 * sum) / references.length;
  });
}

/** TF-IDF of one text. */
interface Weights {
  /** Distinct n-grams, order after order. */
  readonly ngrams: Int32Array;
  /** Where each order ends in `ngrams`. */
  readonly ends: readonly number[];
  /** `[size]` weight of each n-gram of the index. */
  readonly weights: Float64Array;
  /** Norm by order. */
  readonly norms: readonly number[];
  /** In word pairs. */
  readonly length: number;
}

/** @param ngrams - All n-grams of the text; distinct ones are moved to its front. */
function weigh(ngrams: Int32Array, words: number, idf: Float64Array): Weights {
  const weights = new Float64Array(idf.length);
  const ends: number[] = [];
  const norms: number[] = [];
  let from = 0;
  let size = 0;
  for (let order = 1; order <= CIDER_ORDER; order++) {
    const to = from + ngramCount(words, order);
    const begin = size;
    for (; from < to; from++) {
      const ngram = ngrams[from];
      if (weights[ngram]++ === 0) ngrams[size++] = ngram;
    }
    let squares = 0;
    for (let i = begin; i < size; i++) {
      const weight = weights[ngrams[i]] * idf[ngrams[i]];
      weights[ngrams[i]] = weight;
      squares += weight * weight;
    }
    ends.push(size);
    norms.push(Math.sqrt(squares));
  }
  return { ngrams, ends, weights, norms, length: ngramCount(words, 2) };
}

function similarity(candidate: Weights, reference: Weights, clips: boolean): number {
  const difference = candidate.length - reference.length;
  const factor = clips ? Math.exp(-(difference * difference) / (2 * SIGMA * SIGMA)) : 1;
  let sum = 0;
  let at = 0;
  for (let k = 0; k < CIDER_ORDER; k++) {
    let dot = 0;
    for (; at < candidate.ends[k]; at++) {
      const ours = candidate.weights[candidate.ngrams[at]];
      const other = reference.weights[candidate.ngrams[at]];
      dot += (clips ? Math.min(ours, other) : ours) * other;
    }
    const norm = candidate.norms[k] * reference.norms[k];
    if (norm !== 0) sum += (factor * dot) / norm;
  }
  return sum / CIDER_ORDER;
}
