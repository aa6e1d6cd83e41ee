import { InvalidInputError, ModelLoadError, sigmoid, type TaskOptions } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { checkGraphSignature, type ModelFolder, openModelFolder } from '@cxrkit/core/model';
import { type Device, type OnnxSession, openRuntime } from '@cxrkit/core/onnx';
import { type ClipPreprocessing, clipPreprocessingSchema } from '../network/config.js';
import { preprocess } from '../preprocess.js';
import { type SupervisedConfig, supervisedConfigSchema } from './network.js';

export interface LoadSupervisedOptions extends TaskOptions {
  /** Model folder: a path, `npm:package/model` or `hf:owner/name@revision`. */
  readonly model: string;
  /** @defaultValue 'auto' */
  readonly device?: Device | undefined;
  readonly threads?: number | undefined;
}

/** A classifier of fixed labels: the baseline that words are measured against, and the judge of synthetic pictures. */
export interface SupervisedClassifier extends AsyncDisposable {
  readonly labels: readonly string[];
  /** @returns Probability in [0, 1] of each label; they are independent of one another. */
  classify(
    image: GrayImage,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Record<string, number>>;
}

/**
 * Loads a supervised classifier.
 *
 * @throws {@link ModelLoadError} if the folder is missing, damaged or of another stage.
 */
export async function loadSupervisedClassifier(
  options: LoadSupervisedOptions,
): Promise<SupervisedClassifier> {
  const { model, device = 'auto', threads, signal, onProgress } = options;
  const folder = await openModelFolder(model, {
    stage: 'supervised-classifier',
    signal,
    onProgress,
  });
  const { config, preprocessing } = readManifest(folder);
  const runtime = await openRuntime({ device, signal, ...(threads !== undefined && { threads }) });
  try {
    const file = await folder.graph('image');
    const session = await runtime.load(file, signal ? { signal } : {});
    checkGraphSignature(file, folder.manifest.graphs.image, session.inputs, session.outputs);
    return classifier(session, config, preprocessing, runtime);
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}

function readManifest({ manifest, path }: ModelFolder): {
  config: SupervisedConfig;
  preprocessing: ClipPreprocessing;
} {
  const config = supervisedConfigSchema.safeParse(manifest.architecture);
  const preprocessing = clipPreprocessingSchema.safeParse(manifest.preprocessing);
  if (!config.success || !preprocessing.success)
    throw new ModelLoadError(
      path,
      `its manifest describes no supervised classifier: ${config.error?.message ?? preprocessing.error?.message}`,
    );
  return { config: config.data, preprocessing: preprocessing.data };
}

function classifier(
  session: OnnxSession,
  { labels }: SupervisedConfig,
  preprocessing: ClipPreprocessing,
  runtime: { dispose(): Promise<void> },
): SupervisedClassifier {
  return {
    labels,
    classify: async (image, { signal } = {}) => {
      if (image.data.length !== image.width * image.height)
        throw new InvalidInputError('image', 'width * height grey levels', image.data.length);
      const { logits } = await session.run(
        { pixel_values: preprocess(image, preprocessing) },
        signal ? { signal } : {},
      );
      return Object.fromEntries(labels.map((label, i) => [label, sigmoid(Number(logits.data[i]))]));
    },
    [Symbol.asyncDispose]: async () => await runtime.dispose(),
  };
}
