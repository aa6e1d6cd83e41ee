import type { TaskOptions } from '@cxrkit/core';
import { type ModelFolder, openModelFolder } from '@cxrkit/core/model';
import { PRIOR_VIT_B2, type PriorConfig, priorGraph } from '../network/index.js';
import { partOrigin } from '../parts/open-part.js';
import { type ExportPriorOptions, exportPrior } from './export-prior.js';
import { PRIOR_NAMES } from './published-names.js';
import { type CheckpointSource, readPart } from './read-part.js';

/** What {@link convertPrior} takes. */
export interface ConvertPriorOptions
  extends TaskOptions,
    Pick<ExportPriorOptions, 'out' | 'meta' | 'storage'> {
  /** A file with Hugging Face's `ViTModel`. */
  readonly checkpoint: CheckpointSource;
  /** @defaultValue {@link PRIOR_VIT_B2} */
  readonly config?: PriorConfig;
  /** Model folders of the autoencoder and the language module that it was trained with. */
  readonly vae: string;
  readonly language: string;
}

/**
 * Converts the prior of CXR-IRGen to a model folder of stage `irgen-prior`.
 *
 * @throws As {@link convertEncoders}; {@link ModelLoadError} for the folders.
 */
export async function convertPrior(options: ConvertPriorOptions): Promise<ModelFolder> {
  const { checkpoint, out, meta, storage, config = PRIOR_VIT_B2, signal, onProgress } = options;
  const task = { signal, onProgress };
  const vae = await openModelFolder(options.vae, { stage: 'irgen-vae', signal });
  const language = await openModelFolder(options.language, { stage: 'irgen-language', signal });
  const weights = await readPart(checkpoint, [priorGraph(config)], PRIOR_NAMES, task);
  return await exportPrior({
    ...{ out, weights, config, meta, ...task },
    trainedWith: { vae: partOrigin(vae), language: partOrigin(language) },
    ...(storage && { storage }),
  });
}
