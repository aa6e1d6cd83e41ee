import type { TaskOptions } from '@cxrkit/core';
import type { ModelFolder } from '@cxrkit/core/model';
import { SD_VAE, type VaeConfig, vaeDecoderGraph, vaeEncoderGraph } from '../network/index.js';
import { type ExportVaeOptions, exportVae } from './export-vae.js';
import { VAE_NAMES } from './published-names.js';
import { type CheckpointSource, readPart } from './read-part.js';

/** What {@link convertVae} takes. */
export interface ConvertVaeOptions
  extends TaskOptions,
    Pick<ExportVaeOptions, 'out' | 'meta' | 'storage'> {
  /** A file with diffusers' `AutoencoderKL`, such as `vae/diffusion_pytorch_model.safetensors` of Stable Diffusion v1-4. */
  readonly checkpoint: CheckpointSource;
  /** @defaultValue {@link SD_VAE} */
  readonly config?: VaeConfig;
  /** @defaultValue 'stretch', as published */
  readonly fit?: ExportVaeOptions['fit'];
}

/**
 * Converts Stable Diffusion's autoencoder to a model folder of stage `irgen-vae`.
 *
 * @throws As {@link convertEncoders}.
 */
export async function convertVae(options: ConvertVaeOptions): Promise<ModelFolder> {
  const { checkpoint, out, meta, storage, config = SD_VAE, fit = 'stretch' } = options;
  const { signal, onProgress } = options;
  const task = { signal, onProgress };
  const graphs = [vaeEncoderGraph(config), vaeDecoderGraph(config)];
  const weights = await readPart(checkpoint, graphs, VAE_NAMES, task);
  return await exportVae({
    ...{ out, weights, config, fit, meta, ...task },
    ...(storage && { storage }),
  });
}
