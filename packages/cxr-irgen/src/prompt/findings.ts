import { CHEXPERT_FINDINGS, type ChexpertFinding } from '@cxrkit/core';

/** What is said of a finding. */
export type FindingState = 'positive' | 'negative' | 'uncertain' | 'unmentioned';

/** States by finding; what is left out is unmentioned. */
export type FindingStates = Readonly<Partial<Record<ChexpertFinding, FindingState>>>;

/** The 14 findings in alphabetical order, that of MIMIC-CXR-JPG's columns and of CXR-IRGen's prompts. */
export const PROMPT_FINDINGS: readonly ChexpertFinding[] = CHEXPERT_FINDINGS.toSorted();
