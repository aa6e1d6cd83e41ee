import type { TaskOptions, Tensor } from '@cxrkit/core';
import { type ModelFolder, writeModelFolder } from '@cxrkit/core/model';
import { graphContents } from '@cxrkit/nn';
import type { SquareFit } from '../conditioning/square-picture.js';
import type { VaeConfig } from '../network/vae/config.js';
import { vaeDecoderGraph, vaeEncoderGraph } from '../network/vae/graphs.js';
import type { PartMeta } from './part-meta.js';

/** What {@link exportVae} takes. */
export interface ExportVaeOptions extends TaskOptions {
  /** Model folder to write; an older one is replaced. */
  readonly out: string;
  /** float32, by the keys of diffusers' `AutoencoderKL`. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** With the measured `latentScale`. */
  readonly config: VaeConfig;
  /** How pictures become squares. @defaultValue 'cover' */
  readonly fit?: SquareFit;
  readonly meta: PartMeta;
  /** @defaultValue 'float16' */
  readonly storage?: 'float32' | 'float16';
}

/**
 * Writes an autoencoder as a model folder of stage `irgen-vae`: `encoder.onnx`, `decoder.onnx`.
 *
 * @throws {@link InvalidInputError} if a weight is missing or of another shape.
 */
export async function exportVae(options: ExportVaeOptions): Promise<ModelFolder> {
  const { out, weights, config, fit = 'cover', meta, storage = 'float16' } = options;
  const { signal, onProgress } = options;
  const manifest = {
    ...{ ...meta, stage: 'irgen-vae', architecture: { ...config } },
    preprocessing: { side: config.side, fit },
    notAMedicalDevice: true as const,
  };
  const graphs = {
    encoder: graphContents('encoder', vaeEncoderGraph(config), weights, storage),
    decoder: graphContents('decoder', vaeDecoderGraph(config), weights, storage),
  };
  return await writeModelFolder(out, { manifest, graphs }, { signal, onProgress });
}
