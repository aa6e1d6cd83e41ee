import type { Label } from '../label-row.js';

/** `no change` and the like speak of time, not of absence; they are taken out before negation is looked for. */
const PSEUDO_NEGATION =
  /\b(?:no|not|without) (?:\w+ ){0,2}(?:change[ds]?|increase[ds]?|progression|progressed|improvement|worsening|interval)\b|\bnot only\b/g;

/** Uncertain although a negation stands there; looked at first. */
const DOUBTED_NEGATION_BEFORE = alternatives(
  "\\b(?:can ?not|can't|could not|not|difficult to|hard to|unable to)(?: \\w+){0,3} (?:exclude|rule out)\\b",
  '\\bto (?:exclude|rule[- ]out)\\b',
  '\\b(?:evaluat\\w+|assess\\w*) (?:for|of)\\b',
  '\\b(?:no|without) (?:\\w+ )?new (?:\\w+ ){0,3}$',
);
const DOUBTED_NEGATION_AFTER = alternatives(
  '^[^;]*\\b(?:not|never|difficult to|hard to)(?: be)?(?: \\w+){0,2} (?:excluded?|ruled out)\\b',
  '^[^,;]*\\bnot well (?:seen|evaluated|visualized|defined|assessed)\\b',
);

const FOUND = '(?:seen|identified|visualized|present|evident|appreciated|demonstrated|noted|found)';
/** Not seen on one view is seen on the other. */
const NOT_ONE_VIEW = '(?! on (?:the )?(?:lateral|frontal|pa|ap)\\b)';

const NEGATED_BEFORE = alternatives(
  '\\b(?:no|non|nor|neither|without|absence|absent|lack of|denies|never|ruled out|exclud(?:es|ed|ing))\\b',
  '\\b(?:negative for|free (?:of|from)|clear of)\\b',
  '\\b(?:resolution|resolved|clearing|removal|removed)\\b',
  `\\bnot (?:\\w+ )?(?:see|show|demonstrate|reveal|suggest|have|identify|represent|${FOUND})\\b`,
);
const NEGATED_AFTER = alternatives(
  `^[^;]*?\\b(?:is|are|was|were|has|have|be|been|do|does) (?:not|no longer)\\b(?! (?:\\w+ )?(?:chang|exclud|necessar|well))(?!(?: \\w+)? ${FOUND} on (?:the )?(?:lateral|frontal|pa|ap)\\b)`,
  `^[^;]*?\\bnot (?:\\w+ )?${FOUND}\\b${NOT_ONE_VIEW}`,
  '^[^;]*?\\b(?:no longer|resolved|(?:has|have) (?:\\w+ )?cleared)\\b',
  '^[^;]*?\\b(?:is|are|has been|have been|was|were) (?:\\w+ )?(?:removed|absent|excluded|ruled out)\\b',
  '^: (?:none|no|absent|negative)\\b',
);
/** A second negation before the cue: the cue belongs to what that one denies. */
const OTHER_NEGATION = /\b(?:no(?! longer)|without)\b/;

/** Where a negation ends inside a clause: `no effusion seen, nodule`, `no effusion, small pneumothorax`. */
const END_OF_NEGATION = new RegExp(
  `\\b${FOUND},|(?:,|\\band)(?= (?:a )?(?:small|mild|minimal|tiny|trace|stable|unchanged|persistent|improved|worsening|increas\\w+)\\b)`,
  'g',
);

const DOUBTED_BEFORE = alternatives(
  '\\b(?:possibl[ey]|possibility|probabl[ey]|questionabl[ey]|question(?:ed|ing)?|suspect(?:ed)?|suspicio(?:n|us))\\b',
  '\\b(?:may|might|maybe|could|can (?:be|represent)|concern(?:ing|ed)?|worrisome|perhaps|equivocal|potential(?:ly)?|presumed)\\b',
  '\\b(?:differential|consider(?:ed|ation|ations)?|correlate|exclude|rule out|either|favor\\w*|appropriate clinical)\\b',
);
const DOUBTED_AFTER = alternatives(
  '^[^;]*?\\b(?:is|are|be|also|as) (?:\\w+ )?(?:possible|probable|suspected|questioned|questionable|consideration|considered|concern)\\b',
  '^[^;]*?\\b(?:may be present|could be considered|cannot)\\b',
  '^ ?\\?',
);

const OR = '(?:or|versus|vs)';
const VERB =
  '(?:may|might|could|can|is|are|was|were|has|have|represent|reflect|suggest|consistent|compatible|due|related)';
const ALTERNATIVE_BEFORE = new RegExp(`\\b${OR} (?:\\w+ ){0,3}$`);
const ALTERNATIVE_AFTER = new RegExp(`^(?: (?!${VERB}\\w*)\\w+){0,4},? ${OR}\\b`);
/** Two words for one band in the lung, neither of which calls the other in question. */
const BAND = new RegExp(
  `atelecta\\w* (?:\\w+ ){0,3}${OR} (?:\\w+ ){0,3}scar|scar\\w* (?:\\w+ ){0,3}${OR} (?:\\w+ ){0,3}atelecta`,
);

const ALWAYS_UNCERTAIN =
  /vascular congestion|pulmonary congestion|indistinctness|vascular prominence/;

/**
 * Judges whether a finding is affirmed, denied or doubted by the words around it, in the order of the CheXpert
 * labeler: doubt of a negation, negation, doubt (Irvin et al. 2019, section 3.1). Two findings joined by `or`,
 * `versus` are both uncertain, but for `atelectasis or scarring`.
 *
 * @param before - The clause up to the mention.
 * @param mention - Its words.
 * @param after - The clause after it.
 */
export function judgeFinding(before: string, mention: string, after: string): Exclude<Label, null> {
  if (DOUBTED_NEGATION_BEFORE.test(before) || DOUBTED_NEGATION_AFTER.test(after)) return -1;
  const plain = before.replace(PSEUDO_NEGATION, ' ');
  if (NEGATED_BEFORE.test(inReach(plain)) || isNegatedAfter(after)) return 0;
  if (ALWAYS_UNCERTAIN.test(mention)) return -1;
  if (DOUBTED_BEFORE.test(before) || DOUBTED_AFTER.test(after)) return -1;
  // `no change in effusion or edema` speaks of both.
  return plain === before && isAlternative(before, mention, after) ? -1 : 1;
}

function isNegatedAfter(after: string): boolean {
  const hit = NEGATED_AFTER.exec(after.replace(PSEUDO_NEGATION, ' '));
  return hit !== null && (hit[0].startsWith(':') || !OTHER_NEGATION.test(hit[0]));
}

function isAlternative(before: string, mention: string, after: string): boolean {
  if (!ALTERNATIVE_BEFORE.test(before) && !ALTERNATIVE_AFTER.test(after)) return false;
  return !(/^(?:atelecta|scar)/.test(mention) && BAND.test(before + mention + after));
}

/** The part of a clause that a negation in it must stand in to reach the mention behind. */
function inReach(before: string): string {
  let end = 0;
  for (const hit of before.matchAll(END_OF_NEGATION)) end = hit.index + hit[0].length;
  return before.slice(end);
}

function alternatives(...patterns: readonly string[]): RegExp {
  return new RegExp(patterns.join('|'));
}
