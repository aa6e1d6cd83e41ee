import {
  type ClipClassifier,
  loadClipClassifier,
  loadSupervisedClassifier,
  type SupervisedClassifier,
} from '@cxrkit/clip-classifier';
import type { TaskOptions } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import type { Device } from '@cxrkit/core/onnx';
import { PROMPT_FINDINGS } from '@cxrkit/cxr-irgen';

/** What the classifiers make of a picture. */
export interface SeenPicture {
  /** `[F]` raw pooled image features of the CLIP classifier, before its projection. */
  readonly features: Float32Array;
  /** How strongly the judge sees each finding; ranks pictures. Empty where it was not asked. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Who looks at pictures. */
export interface Judge extends AsyncDisposable {
  /** Kind of the judge, such as `zero-shot`. */
  readonly name: string;
  /** Name of the image features; those of two names do not compare. */
  readonly extractor: string;
  /** Looks at a picture; with `isJudged` for findings, too. */
  see(image: GrayImage, isJudged: boolean): Promise<SeenPicture>;
}

/** What {@link openJudge} takes. */
export interface OpenJudgeOptions {
  /** Model folder of the CLIP classifier. */
  readonly classifier: string;
  /** Name and version of it. */
  readonly classifierName: string;
  /** Model folder of a supervised classifier that judges instead of it: it is independent of the generator's encoders. */
  readonly supervised?: string | undefined;
  readonly device?: Device | undefined;
  readonly threads?: number | undefined;
}

/**
 * Opens the classifiers that look at pictures.
 *
 * @throws {@link ModelLoadError} if a folder is missing, damaged or of another stage.
 */
export async function openJudge(options: OpenJudgeOptions, task: TaskOptions): Promise<Judge> {
  const { classifier: model, classifierName, supervised, device, threads } = options;
  const open = { device, threads, ...(task.signal && { signal: task.signal }) };
  const clip = await loadClipClassifier({ model, ...open });
  try {
    const judge =
      supervised === undefined
        ? undefined
        : await loadSupervisedClassifier({ model: supervised, ...open });
    return {
      name: judge ? 'supervised' : 'zero-shot',
      extractor: `raw pooled features of ${classifierName}`,
      see: async (image, isJudged) => {
        const { features } = await clip.encodeImage(image);
        return { features, scores: isJudged ? await scoresOf(image, clip, judge) : {} };
      },
      [Symbol.asyncDispose]: async () => {
        await clip.dispose();
        await judge?.[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await clip.dispose();
    throw error;
  }
}

async function scoresOf(
  image: GrayImage,
  clip: ClipClassifier,
  judge: SupervisedClassifier | undefined,
): Promise<Record<string, number>> {
  if (judge) return await judge.classify(image);
  const { classes } = await clip.classify(image, PROMPT_FINDINGS);
  return Object.fromEntries(
    classes.map(({ label, cosPositive, cosNegative }) => [label, cosPositive - cosNegative]),
  );
}
