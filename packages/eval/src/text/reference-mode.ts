import { InvalidInputError } from '@cxrkit/core';
import { type Preprocessing, preprocess } from './preprocess/preprocess.js';
import { splitWords } from './words.js';

/** References cut and coded the way R2Gen's own test loop does, for numbers to be comparable with its papers. */
export interface TruncatedReferences {
  /** Words kept of a reference: R2Gen's `max_seq_length` less one, 59 for IU X-ray and 99 for MIMIC-CXR. */
  readonly maxTokens: number;
  /** Words that stay; all others become {@link TruncatedReferences.unknown}. See {@link r2genVocabulary}. */
  readonly vocabulary: ReadonlySet<string>;
  /** @defaultValue `<unk>` */
  readonly unknown?: string;
}

/** Whether references are used whole, or cut as R2Gen cuts them. */
export type ReferenceMode = 'full' | TruncatedReferences;

/**
 * Cuts a prepared reference.
 *
 * @throws {@link InvalidInputError} if `maxTokens` is not a whole number above 0.
 */
export function applyReferenceMode(reference: string, mode: ReferenceMode): string {
  if (mode === 'full') return reference;
  const { maxTokens, vocabulary, unknown = '<unk>' } = mode;
  if (!Number.isInteger(maxTokens) || maxTokens < 1)
    throw new InvalidInputError('referenceMode.maxTokens', 'a whole number above 0', maxTokens);
  return splitWords(reference)
    .slice(0, maxTokens)
    .map((word) => (vocabulary.has(word) ? word : unknown))
    .join(' ');
}

/** @returns What a signature says of the mode: `full`, or such as `first59+vocab760`, the number of words that stay. */
export function referenceModeName(mode: ReferenceMode): string {
  return mode === 'full' ? 'full' : `first${mode.maxTokens}+vocab${mode.vocabulary.size}`;
}

/** Options of {@link r2genVocabulary}. */
export interface VocabularyOptions {
  /** @defaultValue `r2gen_iu` */
  readonly preprocessing?: Preprocessing;
  /** Least count of a word that stays; R2Gen has 3 for IU X-ray and 10 for MIMIC-CXR. @defaultValue 3 */
  readonly threshold?: number;
}

/**
 * Collects the words R2Gen knows: those its training reports hold at least `threshold` times.
 *
 * @param reports - Raw reports of the training split.
 * @see cuhksz-nlp/R2Gen, modules/tokenizers.py, `create_vocabulary`
 */
export function r2genVocabulary(
  reports: Iterable<string>,
  { preprocessing = 'r2gen_iu', threshold = 3 }: VocabularyOptions = {},
): Set<string> {
  const counts = new Map<string, number>();
  for (const report of reports)
    for (const word of splitWords(preprocess(report, preprocessing)))
      counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count >= threshold).map(([word]) => word));
}
