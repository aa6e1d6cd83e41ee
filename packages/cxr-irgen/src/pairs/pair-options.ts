import { InvalidInputError, type ResultWarning, type Tensor } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import type { ReportOptions } from '../language/report-options.js';
import type { FindingStates } from '../prompt/index.js';
import type { GenerateImagesOptions } from '../vision/image-options.js';
import type { Agreement, Judges } from './agreement.js';

/** What is done with an image that was made. */
export interface PairMaking extends Judges {
  /** How reports are worded; `false` makes images without. @defaultValue beam search */
  readonly report?: ReportOptions | false | undefined;
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

/** @throws {@link InvalidInputError} for a threshold out of range or without anyone to judge. */
export function checkPairMaking({ minAgreement, classifier, labeler }: PairMaking): void {
  if (minAgreement === undefined) return;
  if (!(minAgreement >= 0 && minAgreement <= 1))
    throw new InvalidInputError('minAgreement', 'a number from 0 to 1', minAgreement);
  if (classifier === undefined && labeler === undefined)
    throw new InvalidInputError('minAgreement', 'a classifier or a labeler that judges', 'neither');
}
