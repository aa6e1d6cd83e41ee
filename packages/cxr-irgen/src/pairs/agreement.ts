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
  const isMentioned = (finding: ChexpertFinding): boolean =>
    (asked[finding] ?? 'unmentioned') !== 'unmentioned';
  const findings = PROMPT_FINDINGS.filter(isMentioned);
  const only = <T>(values: Readonly<Partial<Record<ChexpertFinding, T>>>) =>
    Object.fromEntries(
      findings.flatMap((finding) => (finding in values ? [[finding, values[finding]]] : [])),
    ) as Partial<Record<ChexpertFinding, T>>;
  const seen = classifier === undefined ? {} : only(await classifier(image, findings));
  for (const [finding, probability] of Object.entries(seen))
    if (!(probability >= 0 && probability <= 1))
      throw new InvalidInputError(
        `the classifier's ${finding}`,
        'a probability from 0 to 1',
        probability,
      );
  const isRead = labeler !== undefined && report !== null;
  const read: FindingStates = isRead ? only(await labeler(report)) : {};
  const judged = findings.filter((finding) => asked[finding] !== 'uncertain');
  const imageScore = mean(
    judged.flatMap((finding) => {
      const probability = seen[finding];
      if (probability === undefined) return [];
      return [asked[finding] === 'positive' ? probability : 1 - probability];
    }),
  );
  const says = (finding: ChexpertFinding): FindingState => read[finding] ?? 'unmentioned';
  const reportScore = isRead
    ? mean(judged.map((finding) => (isStatedAs(asked[finding], says(finding)) ? 1 : 0)))
    : null;
  const known = [imageScore, reportScore].filter((value) => value !== null);
  return { score: mean(known), imageScore, reportScore, image: seen, report: read };
}

function isStatedAs(asked: FindingState | undefined, said: FindingState): boolean {
  return asked === 'positive' ? said === 'positive' : said === 'negative' || said === 'unmentioned';
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
