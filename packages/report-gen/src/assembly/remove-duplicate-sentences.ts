import { InvalidInputError } from '@cxrkit/core';
import { lexicalSimilarity } from './lexical-similarity.js';
import type { SentenceSimilarity } from './sentence-similarity.js';

/** Options of {@link removeDuplicateSentences}. */
export interface DuplicateOptions {
  /** @defaultValue {@link lexicalSimilarity} */
  readonly similarity?: SentenceSimilarity | undefined;
  /**
   * Sentences whose F1 is above it say the same, in [0, 1].
   * @defaultValue 0.9
   */
  readonly threshold?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A sentence that was taken out. */
export interface RemovedSentence {
  readonly sentence: string;
  /** Index of `sentence` in the input. */
  readonly index: number;
  /** The sentence it repeats, which may itself have gone later. */
  readonly duplicateOf: string;
  /** Index of `duplicateOf` in the input. */
  readonly duplicateOfIndex: number;
  /** `exact`: the same characters. `soft`: similarity above the threshold. */
  readonly rule: 'exact' | 'soft';
  /** F1 of the two sentences; 1 for the exact rule. */
  readonly similarity: number;
}

/** What is left, and what is not. */
export interface DistinctSentences {
  /** In input order. */
  readonly sentences: readonly string[];
  /** Index in the input of each of `sentences`. */
  readonly indices: readonly number[];
  /** Exact duplicates first, each rule in the order of removal. */
  readonly removed: readonly RemovedSentence[];
  /** The measure of the soft rule. */
  readonly similarity: SentenceSimilarity['name'];
}

/**
 * Removes sentences that say what another one says.
 *
 * First exact duplicates, the first occurrence staying. Then over pairs i < j in order, skipping what is already gone:
 * above the threshold the shorter (in characters) goes, and of equally long ones the earlier.
 *
 * @throws {@link InvalidInputError} if the threshold is outside [0, 1].
 * @see Tanida et al. 2023 (RGRG), section 3.5; `src/full_model/generate_reports_for_images.py`
 *   (`remove_duplicate_generated_sentences`).
 */
export async function removeDuplicateSentences(
  sentences: readonly string[],
  { similarity = lexicalSimilarity, threshold = 0.9, signal }: DuplicateOptions = {},
): Promise<DistinctSentences> {
  if (!(threshold >= 0 && threshold <= 1))
    throw new InvalidInputError('threshold', 'a number in [0, 1]', threshold);
  const exact = exactDuplicates(sentences);
  const distinct = without([...sentences.keys()], exact);
  const scores = await similarity.matrix(
    distinct.map((index) => sentences[index]),
    { signal },
  );
  const soft = softDuplicates(sentences, distinct, scores, threshold);
  const indices = without(distinct, soft);
  return {
    sentences: indices.map((index) => sentences[index]),
    indices,
    removed: [...exact, ...soft],
    similarity: similarity.name,
  };
}

function without(indices: readonly number[], removed: readonly RemovedSentence[]): number[] {
  const gone = new Set(removed.map(({ index }) => index));
  return indices.filter((index) => !gone.has(index));
}

function exactDuplicates(sentences: readonly string[]): RemovedSentence[] {
  const first = new Map<string, number>();
  return sentences.flatMap((sentence, index) => {
    const duplicateOfIndex = first.get(sentence);
    if (duplicateOfIndex === undefined) {
      first.set(sentence, index);
      return [];
    }
    const duplicateOf = sentence;
    return { sentence, index, duplicateOf, duplicateOfIndex, rule: 'exact', similarity: 1 };
  });
}

function softDuplicates(
  sentences: readonly string[],
  distinct: readonly number[],
  scores: Float64Array,
  threshold: number,
): RemovedSentence[] {
  const removed: RemovedSentence[] = [];
  const gone = new Set<number>();
  const remove = (index: number, duplicateOfIndex: number, similarity: number): void => {
    gone.add(index);
    const [sentence, duplicateOf] = [sentences[index], sentences[duplicateOfIndex]];
    removed.push({ sentence, index, duplicateOf, duplicateOfIndex, rule: 'soft', similarity });
  };
  for (const [row, i] of distinct.entries())
    for (let column = row + 1; column < distinct.length && !gone.has(i); column++) {
      const j = distinct[column];
      const score = scores[row * distinct.length + column];
      if (gone.has(j) || !(score > threshold)) continue;
      if (characterCount(sentences[i]) > characterCount(sentences[j])) remove(j, i, score);
      else remove(i, j, score);
    }
  return removed;
}

// code points, as Python's len
function characterCount(sentence: string): number {
  return [...sentence].length;
}
