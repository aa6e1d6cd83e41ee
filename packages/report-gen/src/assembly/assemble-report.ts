import { ANATOMICAL_REGIONS, type AnatomicalRegion } from '@cxrkit/core';
import { type Contradiction, findContradictions } from './find-contradictions.js';
import {
  type DuplicateOptions,
  type RemovedSentence,
  removeDuplicateSentences,
} from './remove-duplicate-sentences.js';
import type { SentenceSimilarity } from './sentence-similarity.js';
import { splitSentences } from './split-sentences.js';

/** What the decoder wrote of one region; it may hold several sentences, or none. */
export interface RegionSentence<Region extends string = AnatomicalRegion> {
  readonly region: Region;
  readonly sentence: string;
}

/** A sentence of the report. */
export interface ReportSentence<Region extends string = AnatomicalRegion> {
  readonly text: string;
  /** The regions that said it, itself or as a removed duplicate, in region order. */
  readonly regions: readonly Region[];
}

/** A sentence that is not in the report: another one says the same, or states what it denies. */
export type RemovedReportSentence<Region extends string = AnatomicalRegion> = {
  /** The region that said it. */
  readonly region: Region;
} & (
  | Pick<RemovedSentence, 'sentence' | 'duplicateOf' | 'rule' | 'similarity'>
  | (Omit<Contradiction, 'index'> & { readonly rule: 'contradiction' })
);

/** Options of {@link assembleReport}. */
export interface AssemblyOptions extends DuplicateOptions {
  /**
   * What becomes of sentences that deny what another one states, see {@link findContradictions}; RGRG keeps them.
   * @defaultValue 'remove'
   */
  readonly contradictions?: 'remove' | 'keep' | undefined;
}

/** A report and where it came from. */
export interface AssembledReport<Region extends string = AnatomicalRegion> {
  /** The sentences joined by one space; empty when no region said anything. */
  readonly text: string;
  readonly sentences: readonly ReportSentence<Region>[];
  readonly removed: readonly RemovedReportSentence<Region>[];
  /** The measure that found soft duplicates. */
  readonly similarity: SentenceSimilarity['name'];
}

/**
 * Makes one report of the sentences of many regions: in region order, split, duplicates and contradicted denials removed,
 * joined.
 *
 * Deviation from RGRG, which joins first and splits then: the end of a region's text always ends a sentence, so that a
 * text cut off without a period does not swallow the next region's.
 *
 * @param regionSentences - In any order; names that are not of {@link ANATOMICAL_REGIONS} (a box drawn by a person)
 *   come last, in the order given.
 * @throws {@link InvalidInputError} if the threshold is outside [0, 1].
 * @see RGRG `src/full_model/generate_reports_for_images.py` (`convert_generated_sentences_to_report`).
 */
export async function assembleReport<Region extends string = AnatomicalRegion>(
  regionSentences: readonly RegionSentence<Region>[],
  { contradictions = 'remove', ...duplicates }: AssemblyOptions = {},
): Promise<AssembledReport<Region>> {
  const spoken = regionSentences
    .toSorted((a, b) => regionOrder(a.region) - regionOrder(b.region))
    .flatMap(({ region, sentence }) => splitSentences(sentence).map((text) => ({ region, text })));
  const distinct = await removeDuplicateSentences(
    spoken.map(({ text }) => text),
    duplicates,
  );
  const contradicted = contradictions === 'keep' ? [] : findContradictions(distinct.sentences);
  const gone = new Set(contradicted.map(({ index }) => distinct.indices[index]));
  const survivorOf = findSurvivors(spoken.length, distinct.removed);
  const sentences = distinct.indices
    .filter((index) => !gone.has(index))
    .map((index) => ({
      text: spoken[index].text,
      regions: [
        ...new Set(spoken.filter((_, i) => survivorOf[i] === index).map(({ region }) => region)),
      ],
    }));
  return {
    text: sentences.map(({ text }) => text).join(' '),
    sentences,
    removed: [
      ...distinct.removed.map(({ index, sentence, duplicateOf, rule, similarity }) => ({
        region: spoken[index].region,
        sentence,
        duplicateOf,
        rule,
        similarity,
      })),
      ...contradicted.map(({ index, ...contradiction }) => ({
        region: spoken[distinct.indices[index]].region,
        ...contradiction,
        rule: 'contradiction' as const,
      })),
    ],
    similarity: distinct.similarity,
  };
}

function regionOrder(region: string): number {
  const index = (ANATOMICAL_REGIONS as readonly string[]).indexOf(region);
  return index < 0 ? ANATOMICAL_REGIONS.length : index;
}

/** @returns `[count]` index of the sentence that stands for each one in the report, itself when it stayed. */
function findSurvivors(count: number, removed: readonly RemovedSentence[]): number[] {
  const survivorOf = Array.from({ length: count }, (_, index) => index);
  // the last removed first: what it points to has been settled by then
  for (const { index, duplicateOfIndex } of removed.toReversed())
    survivorOf[index] = survivorOf[duplicateOfIndex];
  return survivorOf;
}
