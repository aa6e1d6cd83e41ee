import { findingsOfReport } from '../findings/findings-of-report.js';
import { CHANGES, DEGREES, PLACES } from './qualifiers.js';

/** A denial, and the sentence that states what it denies. */
export interface Contradiction {
  /** Index of the denial in the input. */
  readonly index: number;
  readonly sentence: string;
  readonly contradictedBy: string;
  /** What one denies and the other states. */
  readonly finding: string;
}

/** Findings that clear or normal lungs do not have. */
const OF_THE_LUNGS: readonly string[] = [
  'Atelectasis',
  'Consolidation',
  'Edema',
  'Emphysema',
  'Fibrosis',
  'Infiltration',
  'Lung Lesion',
  'Lung Opacity',
  'Mass',
  'Nodule',
  'Pneumonia',
];

/** A denial with one of these may be of a part, a degree or a change only. */
const QUALIFIED = new RegExp(
  `\\b(?:${[...PLACES, ...DEGREES, ...CHANGES, 'otherwise', 'remaining', 'rest', 'displaced'].join('|')})\\b`,
  'iu',
);

/**
 * Finds sentences that deny, of the whole chest, what another sentence states: regions are described one by one, so that
 * "The lungs are clear." of one lung may stand beside "Pneumonia is seen." of the other. What is stated wins, since a
 * missed finding costs more than a false one; denials with doubt, a place, a degree or a change are left alone. What else a
 * denial denies goes with it.
 *
 * Findings are read by a small set of rules: wordings that it does not know are no contradictions to it.
 */
export function findContradictions(sentences: readonly string[]): Contradiction[] {
  const read = sentences.map((sentence) => findingsOfReport(sentence));
  return sentences.flatMap((sentence, index) => {
    if (QUALIFIED.test(sentence) || Object.entries(read[index]).some(isStated)) return [];
    const denied = deniedFindings(read[index]);
    for (const [other, findings] of read.entries()) {
      const finding = denied.find((name) => findings[name] === 1);
      if (finding !== undefined)
        return { index, sentence, contradictedBy: sentences[other], finding };
    }
    return [];
  });
}

function isStated([finding, value]: readonly [string, 0 | 1]): boolean {
  return value === 1 && finding !== 'No Finding';
}

function deniedFindings(findings: Readonly<Record<string, 0 | 1>>): string[] {
  const named = Object.keys(findings).filter((name) => findings[name] === 0);
  return findings['No Finding'] === 1 ? [...named, ...OF_THE_LUNGS] : named;
}
