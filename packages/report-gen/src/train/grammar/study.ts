import { type AnatomicalRegion, InvalidInputError } from '@cxrkit/core';
import { GRAMMAR_FINDINGS } from './grammar.js';

/** What is known of one picture. */
export interface ReportStudy {
  /**
   * 1 = present, 0 = absent, not listed = unknown, so that nothing is said of it. Names are those of
   * {@link GRAMMAR_FINDINGS} and `No Finding`.
   */
  readonly findings: Readonly<Record<string, 0 | 1>>;
  /** Regions in which a present finding lies, where disease boxes tell; see `regionsOfBox`. */
  readonly findingRegions?: Readonly<Record<string, readonly AnatomicalRegion[]>>;
  /** Regions that can carry a sentence. */
  readonly detectedRegions: readonly AnatomicalRegion[];
}

/** @returns Findings known to be present, without No Finding. */
export function presentFindings({ findings }: Pick<ReportStudy, 'findings'>): string[] {
  return GRAMMAR_FINDINGS.filter((finding) => findings[finding] === 1);
}

/** @throws {@link InvalidInputError} if a finding is not of the grammar or the labels contradict each other. */
export function checkStudy(study: ReportStudy): void {
  for (const finding of Object.keys(study.findings))
    if (finding !== 'No Finding' && !GRAMMAR_FINDINGS.includes(finding))
      throw new InvalidInputError(
        'findings',
        'names of the report grammar',
        finding,
        `Use "No Finding" or one of ${GRAMMAR_FINDINGS.join(', ')}.`,
      );
  const pathologies = presentFindings(study).filter((finding) => finding !== 'Support Devices');
  if (study.findings['No Finding'] === 1 && pathologies.length > 0)
    throw new InvalidInputError(
      'findings',
      'no pathology beside "No Finding"',
      pathologies,
      'Set "No Finding" to 0 or leave it out.',
    );
  for (const finding of Object.keys(study.findingRegions ?? {}))
    if (study.findings[finding] !== 1)
      throw new InvalidInputError(
        'findingRegions',
        'regions of findings that are present',
        finding,
        'Set its finding to 1, or leave its regions out.',
      );
}
