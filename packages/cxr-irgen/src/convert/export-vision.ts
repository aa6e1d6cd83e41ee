import type { TaskOptions, Tensor } from '@cxrkit/core';
import { type ModelFolder, writeModelFolder } from '@cxrkit/core/model';
import { graphContents } from '@cxrkit/nn';
import { visionGraph } from '../conditioning/conditioned-denoiser.js';
import type { VisionNetwork } from '../conditioning/vision-network.js';
import type { ScaledLinearOptions } from '../diffusion/schedule.js';
import type { VisionArchitecture } from '../parts/architectures.js';
import type { PartMeta } from './part-meta.js';

/** What {@link exportVision} takes. */
export interface ExportVisionOptions extends TaskOptions {
  /** Model folder to write; an older one is replaced. */
  readonly out: string;
  /** float32, by the denoiser's keys, and `null_reference` where it is learned. */
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly network: VisionNetwork;
  /** The noise that it learned to take away. @defaultValue Stable Diffusion's */
  readonly schedule?: ScaledLinearOptions;
  /** The encoders and the autoencoder whose conditions and latents it knows. */
  readonly trainedWith: VisionArchitecture['trainedWith'];
  readonly meta: PartMeta;
  /** @defaultValue 'float16' */
  readonly storage?: 'float32' | 'float16';
}

/**
 * Writes a denoiser as a model folder of stage `irgen-vision`: `denoiser.onnx`, conditions and null within.
 *
 * @throws {@link InvalidInputError} if a weight is missing or of another shape.
 */
export async function exportVision(options: ExportVisionOptions): Promise<ModelFolder> {
  const { out, weights, network, schedule = {}, trainedWith, meta } = options;
  const { storage = 'float16', signal, onProgress } = options;
  const manifest = {
    ...{ ...meta, stage: 'irgen-vision' },
    architecture: { ...network, schedule, trainedWith },
    preprocessing: {},
    notAMedicalDevice: true as const,
  };
  const denoiser = graphContents('denoiser', visionGraph(network), weights, storage);
  return await writeModelFolder(out, { manifest, graphs: { denoiser } }, { signal, onProgress });
}
