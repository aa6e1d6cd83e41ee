import { type ChexpertFinding, InvalidInputError } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { type FindingState, type FindingStates, PROMPT_FINDINGS } from '../prompt/index.js';

/**
 * Sees findings in a picture: probabilities in [0, 1] by finding. Others than the asked ones are ignored, asked ones that
 * are missing are not judged.
 */
export type FindingClassifier = (
  image: GrayImage,
  asked: readonly ChexpertFinding[],
) => Promise<Readonly<Partial<Record<ChexpertFinding, number>>>>;

/** Reads findings off a report; what is left out is unmentioned. */
export type FindingLabeler = (report: string) => Promise<FindingStates>;

/** How well a pair shows what was asked. */
export interface Agreement {
  /**
   * Mean of the two shares below that are known, in [0, 1]; `null` where nothing could be judged. A finding asked as
   * uncertain is never judged.
   */
  readonly score: number | null;
  /** Mean over the findings of p where asked for presence, 1 - p where for absence. */
  readonly imageScore: number | null;
  /** Share of findings: asked for presence and stated, or for absence and neither stated nor suspected. */
  readonly reportScore: number | null;
  /** Probabilities of the asked findings that the classifier gave. */
  readonly image: Readonly<Partial<Record<ChexpertFinding, number>>>;
  /** What the report says of the asked findings. */
  readonly report: FindingStates;
}

/** Who judges. */
export interface Judges {
  readonly classifier?: FindingClassifier | undefined;
  readonly labeler?: FindingLabeler | undefined;
}

/** What the labeler reads of the asked findings. */
export type ReportReading = Pick<Agreement, 'report' | 'reportScore'>;

/** What the classifier sees of the asked findings. */
type ImageReading = Pick<Agreement, 'image' | 'imageScore'>;

/**
 * Compares a pair with what was asked.
 *
 * @returns `null` without findings or judges.
 * @throws {@link InvalidInputError} if the classifier gives something else than probabilities.
 */
export async function judgeAgreement(
  asked: FindingStates | null,
  { image, report }: { readonly image: GrayImage; readonly report: string | null },
  { classifier, labeler }: Judges,
): Promise<Agreement | null> {
  if (asked === null || (classifier === undefined && labeler === undefined)) return null;
  const seen = await readImage(asked, image, classifier);
  return joinReadings(seen, await readReport(asked, report, labeler));
}

/** @returns Nothing read and a score of `null` without report or labeler. */
export async function readReport(
  asked: FindingStates,
  report: string | null,
  labeler: FindingLabeler | undefined,
): Promise<ReportReading> {
  if (labeler === undefined || report === null) return { report: {}, reportScore: null };
  const read: FindingStates = onlyAsked(asked, await labeler(report));
  const says = (finding: ChexpertFinding): FindingState => read[finding] ?? 'unmentioned';
  const scores = judgedFindings(asked).map((finding) =>
    isStatedAs(asked[finding], says(finding)) ? 1 : 0,
  );
  return { report: read, reportScore: mean(scores) };
}

/**
 * @returns Nothing seen and a score of `null` without classifier.
 * @throws {@link InvalidInputError} if the classifier gives something else than probabilities.
 */
export async function readImage(
  asked: FindingStates,
  image: GrayImage,
  classifier: FindingClassifier | undefined,
): Promise<ImageReading> {
  if (classifier === undefined) return { image: {}, imageScore: null };
  const seen = onlyAsked(asked, await classifier(image, mentionedFindings(asked)));
  for (const [finding, probability] of Object.entries(seen))
    if (!(probability >= 0 && probability <= 1))
      throw new InvalidInputError(
        `the classifier's ${finding}`,
        'a probability from 0 to 1',
        probability,
      );
  const scores = judgedFindings(asked).flatMap((finding) => {
    const probability = seen[finding];
    if (probability === undefined) return [];
    return [asked[finding] === 'positive' ? probability : 1 - probability];
  });
  return { image: seen, imageScore: mean(scores) };
}

/** @returns Both readings, with the mean of the scores that are known. */
export function joinReadings(seen: ImageReading, read: ReportReading): Agreement {
  const known = [seen.imageScore, read.reportScore].filter((value) => value !== null);
  return { score: mean(known), ...seen, ...read };
}

function mentionedFindings(asked: FindingStates): ChexpertFinding[] {
  return PROMPT_FINDINGS.filter((finding) => (asked[finding] ?? 'unmentioned') !== 'unmentioned');
}

function judgedFindings(asked: FindingStates): ChexpertFinding[] {
  return mentionedFindings(asked).filter((finding) => asked[finding] !== 'uncertain');
}

function onlyAsked<T>(
  asked: FindingStates,
  values: Readonly<Partial<Record<ChexpertFinding, T>>>,
): Partial<Record<ChexpertFinding, T>> {
  return Object.fromEntries(
    mentionedFindings(asked).flatMap((finding) =>
      finding in values ? [[finding, values[finding]]] : [],
    ),
  );
}

function isStatedAs(asked: FindingState | undefined, said: FindingState): boolean {
  return asked === 'positive' ? said === 'positive' : said === 'negative' || said === 'unmentioned';
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
