import { InvalidInputError, type ResultWarning, type Tensor } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import type { ReportOptions } from '../language/report-options.js';
import type { FindingStates } from '../prompt/index.js';
import type { GenerateImagesOptions, ImageMaking, ImageSubject } from '../vision/image-options.js';
import type { Agreement, Judges } from './agreement.js';

/** What is done with an image that was made. */
export interface PairMaking extends Judges {
  /**
   * How reports are worded; `false` makes images without. @defaultValue beam search; with the image's
   * `preset: 'faithful'` as published, too
   */
  readonly report?: ReportOptions | false | undefined;
  /**
   * Reports that are written of an image at most, until the labeler reads in one all that was asked; the best is kept.
   * Without a labeler there is one. @defaultValue 4; 1 for `preset: 'faithful'` and `ignoreFindings` of `report`
   */
  readonly reportTries?: number | undefined;
  /** Keeps only pairs of at least this agreement, 0 to 1; one that cannot be judged is not kept. @defaultValue all */
  readonly minAgreement?: number | undefined;
}

/** Options of `generatePairs`: of the images, their reports and of what is kept. */
export interface GeneratePairsOptions extends GenerateImagesOptions, PairMaking {}

/** A synthetic chest X-ray with its report. */
export interface GeneratedPair {
  readonly image: GrayImage;
  /** `null` if none was asked for. */
  readonly report: string | null;
  /** What was asked; `null` for a free prompt. */
  readonly findings: FindingStates | null;
  readonly prompt: string;
  readonly referenceId: string | null;
  /** Makes the same pair again, alone or in any batch. */
  readonly seed: number;
  /** `null` where nobody was there to judge. */
  readonly agreement: Agreement | null;
  /** `[1, C, s, s]`, what `image` was decoded from. */
  readonly latents: Tensor<'float32'>;
  readonly warnings: readonly ResultWarning[];
}

/** @throws {@link InvalidInputError} for a number out of range, or a threshold without anyone to judge. */
export function checkPairMaking(making: PairMaking & Pick<ImageMaking, 'preset'>): void {
  const { minAgreement, classifier, labeler } = making;
  const tries = settleReportTries(making);
  if (!Number.isSafeInteger(tries) || tries < 1)
    throw new InvalidInputError('reportTries', 'a whole number of 1 or more', tries);
  if (minAgreement === undefined) return;
  if (!(minAgreement >= 0 && minAgreement <= 1))
    throw new InvalidInputError('minAgreement', 'a number from 0 to 1', minAgreement);
  if (classifier === undefined && labeler === undefined)
    throw new InvalidInputError('minAgreement', 'a classifier or a labeler that judges', 'neither');
}

/**
 * Refuses a threshold for what nobody can judge, as all of it would be made and thrown away.
 *
 * @throws {@link InvalidInputError}
 */
export function checkJudgeable(
  making: PairMaking & Pick<ImageMaking, 'preset'>,
  subjects: readonly Pick<ImageSubject, 'findings'>[],
): void {
  const { minAgreement, classifier } = making;
  if (minAgreement === undefined) return;
  const isAsked = subjects.some(({ findings }) =>
    Object.values(findings ?? {}).some((state) => state === 'positive' || state === 'negative'),
  );
  if (isAsked && (classifier !== undefined || settleReport(making) !== false)) return;
  throw new InvalidInputError(
    'minAgreement',
    'findings asked as present or absent, and a classifier, or a labeler and reports',
    'none that can be judged',
    'Leave the threshold out.',
  );
}

/** @returns How reports are worded where an image's preset may decide it. */
export function settleReport({
  report,
  preset,
}: Pick<PairMaking, 'report'> & Pick<ImageMaking, 'preset'>): ReportOptions | false {
  return report ?? (preset === 'faithful' ? { preset } : {});
}

/** @returns How many reports may be written of an image. */
export function settleReportTries(making: PairMaking & Pick<ImageMaking, 'preset'>): number {
  const { reportTries } = making;
  if (reportTries !== undefined) return reportTries;
  const report = settleReport(making);
  const isOwn = report !== false && report.preset === undefined && report.ignoreFindings !== true;
  return isOwn ? 4 : 1;
}
