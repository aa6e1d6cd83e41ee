import { InvalidInputError, type ResultWarning, type TaskOptions, type Tensor } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { checkFindings, type FindingStates, promptOf } from '../prompt/index.js';
import type { Reference } from '../reference/reference.js';
import type { SamplingOptions } from './sampling.js';

/** What images shall show: findings, which word the prompt, or a prompt of one's own. */
export interface ImageSubject {
  readonly findings?: FindingStates | undefined;
  /** Instead of `findings`. */
  readonly prompt?: string | undefined;
  /** A picture that they shall resemble. @defaultValue none */
  readonly reference?: Reference | undefined;
  /** Cuts a prompt that is too long for the tokenizer, instead of refusing it. @defaultValue false */
  readonly truncate?: boolean | undefined;
}

/** A picture to start from. */
export interface ImageStart {
  readonly image: GrayImage;
  /** How much of it is made anew: above 0, which keeps it, to 1. @defaultValue 0.75, with a mask 1 */
  readonly strength?: number | undefined;
}

/** One step of the sampler for the images that are made together. */
export interface ImageStep {
  /** Seeds of the images. */
  readonly seeds: readonly number[];
  /** Evaluations of the denoiser so far, from 1. */
  readonly completed: number;
  readonly total: number;
  /** Decodes what the images would be if they were finished now. */
  preview(): Promise<GrayImage[]>;
}

/** How images are made, whatever they show. */
export interface ImageMaking extends SamplingOptions {
  /** Starts from a picture instead of noise alone. */
  readonly from?: ImageStart | undefined;
  /** Of `from`: white is made anew, black is kept. */
  readonly mask?: GrayImage | undefined;
  /**
   * Images in one run. One more than 1 is faster on a GPU, but the last bits of a result may then depend on its
   * neighbours. @defaultValue 1
   */
  readonly batchSize?: number | undefined;
  /** Called after each step, and waited for. */
  readonly onStep?: ((step: ImageStep) => void | Promise<void>) | undefined;
}

/** Options of `generateImages`; progress counts steps of all images. */
export interface GenerateImagesOptions extends ImageSubject, ImageMaking, TaskOptions {
  /** @defaultValue 1 */
  readonly count?: number | undefined;
  /** Of the first image, from 0 to 2^32 - 1; image k has `seed` + k. @defaultValue 0 */
  readonly seed?: number | undefined;
}

/** A synthetic chest X-ray and where it comes from. */
export interface GeneratedImage {
  readonly image: GrayImage;
  /** Makes the same image again, alone or in any batch. */
  readonly seed: number;
  readonly prompt: string;
  /** `null` for a free prompt. */
  readonly findings: FindingStates | null;
  readonly referenceId: string | null;
  /** `[1, C, s, s]`, what `image` was decoded from. */
  readonly latents: Tensor<'float32'>;
  readonly warnings: readonly ResultWarning[];
}

/** @throws {@link InvalidInputError} unless `count` is a whole number of 1 or more and all seeds have 32 bits. */
export function imageSeeds({ count = 1, seed = 0 }: GenerateImagesOptions): number[] {
  if (!Number.isSafeInteger(count) || count < 1)
    throw new InvalidInputError('count', 'a whole number of 1 or more', count);
  if (!Number.isInteger(seed) || seed < 0 || seed + count > 2 ** 32)
    throw new InvalidInputError('seed', `a whole number from 0 to ${2 ** 32 - count}`, seed);
  return Array.from({ length: count }, (_, k) => seed + k);
}

/**
 * Words the prompt.
 *
 * @throws {@link InvalidInputError} for both or neither of findings and prompt, or a finding or state we do not know.
 */
export function subjectPrompt({ findings, prompt }: ImageSubject): string {
  if ((findings === undefined) === (prompt === undefined))
    throw new InvalidInputError(
      'findings',
      'either findings or a prompt',
      findings === undefined ? 'neither' : 'both',
    );
  if (findings === undefined) return prompt ?? '';
  checkFindings(findings);
  return promptOf(findings);
}
