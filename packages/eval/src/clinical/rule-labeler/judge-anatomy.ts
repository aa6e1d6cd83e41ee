import type { Label } from '../label-row.js';

const NORMAL =
  'normal(?! limits? or)|unremarkable|within (?:normal )?limits|limits of normal|not (?:\\w+ )?(?:enlarged|widened|prominent|increased)|no (?:\\w+ )?(?:enlargement|widening)|negative|intact|clear|free of';
const UNSETTLED =
  'borderline|upper (?:limits? )?(?:of )?normal|upper limits?|top (?:of )?normal|stable|unchanged|similar|not (?:\\w+ )?changed|no (?:\\w+ )?change|constant|obscured|not well|difficult to';
const ABNORMAL =
  'enlarge\\w*|cardiomegaly|prominen\\w*|increase[ds]?|widen\\w*|large[r]?|dilat\\w*|magnified|globular|megaly|accentuated|big';

const STATE = new RegExp(
  `(?<unsettled>\\b(?:${UNSETTLED}))|(?<normal>\\b(?:${NORMAL}))|(?<abnormal>\\b(?:${ABNORMAL}))`,
  'g',
);

/** Where the statement on this part of the body ends. */
const NEXT_STATEMENT = /[,;]|\band (?:the )?(?:\w+ ){1,3}(?:is|are|appears?|remains?|has|have)\b/;

/** A name that states the enlargement itself, such as `enlarged heart`: a finding, not a part of the body. */
const STATES_ENLARGEMENT = /enlarge|megaly/;

/** Tells whether a mention names a part of the body, of which something must be said before it is a finding. */
export function isAnatomy(mention: string): boolean {
  return (
    /heart|cardi|mediastin|contour|silhouette/.test(mention) && !STATES_ENLARGEMENT.test(mention)
  );
}

/**
 * Judges what is said of the size or outline of the heart or mediastinum: normal is negative, borderline and unchanged
 * are uncertain (the silhouette rules of the CheXpert labeler), enlarged is positive.
 *
 * @returns `null` where nothing is said of it, unlike the original, which calls any mention positive.
 */
export function judgeAnatomy(before: string, mention: string, after: string): Label {
  const next = NEXT_STATEMENT.exec(after);
  const own = next === null ? after : after.slice(0, next.index);
  const behind = states(own);
  const ahead = states(`${before.slice(before.lastIndexOf(',') + 1)}${mention}`);
  const all = [
    ...behind,
    ...ahead.reverse(),
    ...(behind.length + ahead.length > 0 ? [] : states(after)),
  ];
  return all.find((state) => state !== -1) ?? all[0] ?? null;
}

function states(text: string): Exclude<Label, null>[] {
  return Array.from(text.matchAll(STATE), ({ groups }) => {
    if (groups?.unsettled !== undefined) return -1;
    return groups?.normal === undefined ? 1 : 0;
  });
}
