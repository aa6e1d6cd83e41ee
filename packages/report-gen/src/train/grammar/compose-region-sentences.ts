import { ANATOMICAL_REGIONS, type AnatomicalRegion, type Random } from '@cxrkit/core';
import { type FindingGroup, GRAMMAR, type NormalRule } from './grammar.js';
import { placeOfFinding, type Side } from './place-of-finding.js';
import { checkStudy, presentFindings, type ReportStudy } from './study.js';
import { fillTemplate, nameFinding, pick, wordAbsent, wordPresent } from './word-statements.js';

/** What one region says. */
export interface ComposedSentence {
  /** One or more whole sentences. */
  readonly sentence: string;
  /** True when a finding is said to be present. */
  readonly abnormal: boolean;
}

interface Statement extends ComposedSentence {
  readonly region: AnatomicalRegion;
}

/**
 * Writes the training text of one picture from its labels, with the grammar of `docs/report-grammar.md`.
 *
 * A finding always goes to the same kind of region. Words are drawn once a study, so that both lungs share a text and
 * the report keeps it once. No side and no zone without `findingRegions`; what is unknown is neither said nor denied.
 * A finding is left out when none of its regions is detected, or, placed on a side, none of that side's.
 *
 * @param random - Chooses the words, never the regions.
 * @returns The regions that carry text (at most 8 with all 29 detected), in region order.
 * @throws {@link InvalidInputError} for a finding that the grammar cannot say, for "No Finding" beside a pathology,
 *   and for regions of a finding that is not present.
 */
export function composeRegionSentences(
  study: ReportStudy,
  random: Random,
): ReadonlyMap<AnatomicalRegion, ComposedSentence> {
  checkStudy(study);
  const statements = GRAMMAR.groups.flatMap((group) => composeGroup(group, study, random));
  const composed = new Map<AnatomicalRegion, ComposedSentence>();
  for (const region of ANATOMICAL_REGIONS) {
    const own = statements.filter((statement) => statement.region === region);
    if (own.length > 0)
      composed.set(region, {
        sentence: own.map(({ sentence }) => sentence).join(' '),
        abnormal: own.some(({ abnormal }) => abnormal),
      });
  }
  return composed;
}

function composeGroup(group: FindingGroup, study: ReportStudy, random: Random): Statement[] {
  const homes = group.homes.map((column) =>
    column.find((region) => study.detectedRegions.includes(region)),
  );
  const everywhere = (sentence: string, abnormal: boolean): Statement[] =>
    homes.flatMap((region) => (region === undefined ? [] : [{ region, sentence, abnormal }]));

  const present = group.findings.filter((finding) => study.findings[finding] === 1);
  if (present.length === 0) {
    const sentence = wordAbsence(group, study, random);
    return sentence === undefined ? [] : everywhere(sentence, false);
  }
  const placed = present.filter((finding) => isPlaced(group, finding, study));
  const unplaced = present.filter((finding) => !placed.includes(finding));
  return [
    ...(unplaced.length > 0 ? everywhere(wordPresent(unplaced, random), true) : []),
    ...placed.flatMap((finding) => placeStatements(group, homes, finding, study, random)),
  ];
}

const SIDES: readonly Side[] = ['right', 'left'];

function isPlaced({ place }: FindingGroup, finding: string, study: ReportStudy): boolean {
  const regions = study.findingRegions?.[finding] ?? [];
  return (
    place !== undefined && SIDES.some((side) => placeOfFinding(regions, side, place) !== undefined)
  );
}

/** Each side says what lies on it, in the same words. */
function placeStatements(
  group: FindingGroup,
  homes: readonly (AnatomicalRegion | undefined)[],
  finding: string,
  study: ReportStudy,
  random: Random,
): Statement[] {
  const template = pick(GRAMMAR.templates.placed, random);
  const phrase = nameFinding(finding, random);
  const regions = study.findingRegions?.[finding] ?? [];
  return SIDES.flatMap((side, column) => {
    const region = homes[column];
    const place = placeOfFinding(regions, side, group.place ?? 'side');
    if (region === undefined || place === undefined) return [];
    return { region, sentence: fillTemplate(template, [phrase], place), abnormal: true };
  });
}

/** Words a group without a present finding: normal, a denial of what is known absent, or nothing. */
function wordAbsence(group: FindingGroup, study: ReportStudy, random: Random): string | undefined {
  const denials = group.denials.filter((list) => areAbsent(list, study));
  const deny = (templates?: readonly string[]): string =>
    wordAbsent(pick(denials, random), random, templates);
  const { normal } = group;
  if (normal === undefined || !isNormal(normal, study))
    return denials.length > 0 ? deny() : undefined;
  const forms = [() => pick(normal.sentences, random)];
  if (denials.length > 0 && normal.withDenial.length > 0) forms.push(() => deny(normal.withDenial));
  if (denials.length > 0 && normal.denialAlone) forms.push(deny);
  return pick(forms, random)();
}

function isNormal({ whenAbsent, whenNoFinding }: NormalRule, study: ReportStudy): boolean {
  const noFinding = study.findings['No Finding'];
  if (whenNoFinding && noFinding === 1) return true;
  // abnormal, but by what is not known: it could be here
  if (whenNoFinding && noFinding === 0 && presentFindings(study).length === 0) return false;
  return whenAbsent.some((list) => areAbsent(list, study));
}

function areAbsent(list: readonly string[], { findings }: ReportStudy): boolean {
  return list.every((finding) => findings[finding] === 0);
}
