import { splitSentences } from '../assembly/split-sentences.js';
import { CONTOURS, FINDING_MENTIONS, NORMALITY } from './finding-mentions.js';

type Findings = Readonly<Record<string, 0 | 1>>;

/** A new thought begins: what was negated before is not negated here. */
const CLAUSE_BREAK = new RegExp(
  [
    ';|:|\\b(?:but|however|although|though|except)\\b',
    '(?<!\\b(?:consistent|compatible) )\\bwith\\b',
    '(?<=\\b(?:seen|present|identified|noted|visible|clear|normal|enlarged)),? and\\b',
    ',? (?:and )?(?=there (?:is|are)\\b)',
    '(?<!\\b(?:of|in)),? (?:and )?(?=the (?:heart|cardiac|lungs?|mediastin\\w+)\\b)',
  ].join('|'),
  'u',
);

/** Negates what follows in its clause. */
const NEGATION_BEFORE =
  /\b(?:no|without|negative for|free of|(?:absence|lack) of|neither|not (?:consistent|compatible) with|(?:does|do) not show)\b/u;
/** Negates what stands before it in its clause. */
const NEGATION_AFTER =
  /\b(?:not (?:seen|identified|present|visible|noted|demonstrated)|(?:is|are) (?:absent|excluded)|(?:is|are) ruled out|resolved)\b/u;
const UNCERTAIN =
  /\b(?:possibl[ey]|probabl[ey]|likely|may|might|could|cannot|questionable|question of|suspicious|suspected|versus|vs)\b/u;

/**
 * Reads findings from a report in the words of our grammar and plain variants of them, to score reports against
 * image labels.
 *
 * A small rule reader with lexical negation scope, no labeler: clauses with words of doubt are skipped, and of two
 * statements "present" wins. It is neither the CheXpert labeler nor CheXbert, and it knows few of the words that free
 * reports use; read those with the rule labeler of `@cxrkit/eval`.
 *
 * @param text - Report in English, of any length.
 * @returns 1 for findings said to be present, 0 for those denied; what is not spoken of is left out. `No Finding` is
 *   0 as soon as any finding but Support Devices is present; 1 when none is and the lungs or the chest are called
 *   clear or normal.
 */
export function findingsOfReport(text: string): Record<string, 0 | 1> {
  const findings: Record<string, 0 | 1> = {};
  let isCalledNormal = false;
  for (const clause of splitClauses(text)) {
    for (const [finding, value] of Object.entries({
      ...readContours(clause),
      ...readMentions(clause),
    }))
      findings[finding] = findings[finding] === 1 ? 1 : value;
    isCalledNormal ||= NORMALITY.some((pattern) => pattern.test(clause));
  }
  const isAbnormal = Object.entries(findings).some(
    ([finding, value]) => value === 1 && finding !== 'Support Devices',
  );
  if (isAbnormal || isCalledNormal) findings['No Finding'] = isAbnormal ? 0 : 1;
  return findings;
}

function splitClauses(text: string): string[] {
  return splitSentences(text)
    .flatMap((sentence) => sentence.toLowerCase().split(CLAUSE_BREAK))
    .filter((clause) => !UNCERTAIN.test(clause));
}

function readMentions(clause: string): Findings {
  const read: Record<string, 0 | 1> = {};
  for (const [finding, pattern] of Object.entries(FINDING_MENTIONS))
    for (const { 0: words, index } of clause.matchAll(pattern)) {
      const isNegated =
        NEGATION_BEFORE.test(clause.slice(0, index)) ||
        NEGATION_AFTER.test(clause.slice(index + words.length));
      read[finding] = read[finding] === 1 || !isNegated ? 1 : 0;
    }
  return read;
}

function readContours(clause: string): Findings {
  const read: Record<string, 0 | 1> = {};
  for (const { finding, subject, abnormal, normal } of CONTOURS) {
    if (!subject.test(clause)) continue;
    const index = clause.search(abnormal);
    if (index >= 0) read[finding] = /\b(?:no|not|without)\b/u.test(clause.slice(0, index)) ? 0 : 1;
    else if (normal.test(clause) && !/\bnot\b/u.test(clause)) read[finding] = 0;
  }
  return read;
}
