import type { ChexpertFinding } from '@cxrkit/core';
import { type FindingState, type FindingStates, PROMPT_FINDINGS } from '../prompt/index.js';

/**
 * Labels of other data sets as findings of the prompt: a mass and a nodule are lesions, an infiltration is an opacity
 * (the phrases of the CheXpert labeler, Irvin et al. 2019). Their absence denies no more than themselves.
 */
const MEANT: Readonly<Record<string, string>> = {
  Mass: 'Lung Lesion',
  Nodule: 'Lung Lesion',
  Infiltration: 'Lung Opacity',
  'Pleural Thickening': 'Pleural Other',
};

/**
 * Turns the labels of a training picture into what a prompt says of it: 1 is positive, 0 negative, the rest unmentioned.
 * Labels that the prompt has no word for (emphysema, fibrosis, hernia) are left out.
 */
export function findingStates(findings: Readonly<Record<string, 0 | 1>>): FindingStates {
  const implied = new Set(
    Object.entries(MEANT).flatMap(([label, finding]) => (findings[label] === 1 ? [finding] : [])),
  );
  const stateOf = (finding: ChexpertFinding): FindingState => {
    if (findings[finding] === 1 || implied.has(finding)) return 'positive';
    // "Without no finding" is no sentence.
    const isDenied = findings[finding] === 0 && finding !== 'No Finding';
    return isDenied ? 'negative' : 'unmentioned';
  };
  const entries = PROMPT_FINDINGS.map((finding) => [finding, stateOf(finding)] as const);
  return Object.fromEntries(entries.filter(([, state]) => state !== 'unmentioned'));
}
