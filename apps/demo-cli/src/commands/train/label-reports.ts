import { ANATOMICAL_REGIONS, createRandom, type LabelledImage } from '@cxrkit/core';
import { splitSentences } from '@cxrkit/report-gen';
import { composeRegionSentences } from '@cxrkit/report-gen/train';

/** Ways in which a picture's report is worded; one is drawn each epoch. */
const WORDINGS = 6;

/**
 * Words the labels of a picture as whole reports, by the grammar that the report generator learns from.
 *
 * @param index - Of the picture; with `seed` it chooses the words.
 * @returns Nothing for a picture without labels.
 */
export function labelReports(
  { findings }: Pick<LabelledImage, 'findings'>,
  index: number,
  seed: number,
): string[] {
  const reports = Array.from({ length: WORDINGS }, (_, i) => {
    const study = { findings, detectedRegions: ANATOMICAL_REGIONS };
    const regions = composeRegionSentences(study, createRandom(seed, index, i)).values();
    // Both lungs say the same.
    const sentences = [...regions].flatMap(({ sentence }) => splitSentences(sentence));
    return [...new Set(sentences)].join(' ');
  });
  return [...new Set(reports)].filter((report) => report !== '');
}
