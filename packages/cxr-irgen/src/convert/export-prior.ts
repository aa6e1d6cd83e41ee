import type { TaskOptions, Tensor } from '@cxrkit/core';
import { type ModelFolder, writeModelFolder } from '@cxrkit/core/model';
import { graphContents } from '@cxrkit/nn';
import type { PriorConfig } from '../network/prior/config.js';
import { priorGraph } from '../network/prior/graph.js';
import type { PriorArchitecture } from '../parts/architectures.js';
import type { PartMeta } from './part-meta.js';

/** What {@link exportPrior} takes. */
export interface ExportPriorOptions extends TaskOptions {
  /** Model folder to write; an older one is replaced. */
  readonly out: string;
  /** float32, by the keys of Hugging Face's `ViTModel`. */
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly config: PriorConfig;
  /** The autoencoder whose latents it knows and the language module whose vectors it gives. */
  readonly trainedWith: PriorArchitecture['trainedWith'];
  readonly meta: PartMeta;
  /** @defaultValue 'float16' */
  readonly storage?: 'float32' | 'float16';
}

/**
 * Writes a prior as a model folder of stage `irgen-prior`: `prior.onnx`.
 *
 * @throws {@link InvalidInputError} if a weight is missing or of another shape.
 */
export async function exportPrior(options: ExportPriorOptions): Promise<ModelFolder> {
  const { out, weights, config, trainedWith, meta, storage = 'float16' } = options;
  const { signal, onProgress } = options;
  const manifest = {
    ...{ ...meta, stage: 'irgen-prior', architecture: { prior: config, trainedWith } },
    preprocessing: {},
    notAMedicalDevice: true as const,
  };
  const prior = graphContents('prior', priorGraph(config), weights, storage);
  return await writeModelFolder(out, { manifest, graphs: { prior } }, { signal, onProgress });
}
