import { ANATOMICAL_REGIONS, createRandom, type LabelledImage } from '@cxrkit/core';
import { splitSentences } from '@cxrkit/report-gen';
import { composeRegionSentences } from '@cxrkit/report-gen/train';

/** Ways in which a picture's report is worded; one is drawn each epoch. */
const WORDINGS = 6;

/**
 * Gives the reports of a picture: its own, or else its labels worded by the grammar that the report generator learns from.
 *
 * @param index - Of the picture; with `seed` it chooses the words.
 * @returns Nothing for a picture without report and labels.
 */
export function labelReports(
  { findings, report }: Pick<LabelledImage, 'findings' | 'report'>,
  index: number,
  seed: number,
): string[] {
  if (report !== undefined) return [report];
  const reports = Array.from({ length: WORDINGS }, (_, i) => {
    const study = { findings, detectedRegions: ANATOMICAL_REGIONS };
    const regions = composeRegionSentences(study, createRandom(seed, index, i)).values();
    // Both lungs say the same.
    const sentences = [...regions].flatMap(({ sentence }) => splitSentences(sentence));
    return [...new Set(sentences)].join(' ');
  });
  return [...new Set(reports)].filter((report) => report !== '');
}
