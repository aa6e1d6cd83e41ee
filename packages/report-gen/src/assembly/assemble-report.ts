import { ANATOMICAL_REGIONS, type AnatomicalRegion } from '@cxrkit/core';
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

/** A sentence that is not in the report because another one says the same. */
export interface RemovedReportSentence<Region extends string = AnatomicalRegion>
  extends Pick<RemovedSentence, 'sentence' | 'duplicateOf' | 'rule' | 'similarity'> {
  /** The region that said it. */
  readonly region: Region;
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
 * Makes one report of the sentences of many regions: in region order, split, duplicates removed, joined.
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
  options: DuplicateOptions = {},
): Promise<AssembledReport<Region>> {
  const spoken = regionSentences
    .toSorted((a, b) => regionOrder(a.region) - regionOrder(b.region))
    .flatMap(({ region, sentence }) => splitSentences(sentence).map((text) => ({ region, text })));
  const distinct = await removeDuplicateSentences(
    spoken.map(({ text }) => text),
    options,
  );
  const survivorOf = findSurvivors(spoken.length, distinct.removed);
  const sentences = distinct.indices.map((index) => ({
    text: spoken[index].text,
    regions: [
      ...new Set(spoken.filter((_, i) => survivorOf[i] === index).map(({ region }) => region)),
    ],
  }));
  return {
    text: distinct.sentences.join(' '),
    sentences,
    removed: distinct.removed.map(({ index, sentence, duplicateOf, rule, similarity }) => ({
      region: spoken[index].region,
      sentence,
      duplicateOf,
      rule,
      similarity,
    })),
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
