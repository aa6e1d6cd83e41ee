import { CheckpointError, type TaskOptions, type Tensor } from '@cxrkit/core';
import { type ModelFolder, openModelFolder } from '@cxrkit/core/model';
import { type DenoiserConfig, denoiserGraph, SD_UNET, U_VIT_L2 } from '../network/index.js';
import { openEncoders } from '../parts/open-encoders.js';
import { partOrigin } from '../parts/open-part.js';
import type { DenoiserName } from '../parts/open-set.js';
import { readContextLayer } from './context-layer.js';
import { type ExportVisionOptions, exportVision } from './export-vision.js';
import { U_VIT_NAMES, UNET_NAMES } from './published-names.js';
import { type CheckpointSource, partCheckpoint, readPart } from './read-part.js';

/** What {@link convertVision} takes. */
export interface ConvertVisionOptions
  extends TaskOptions,
    Pick<ExportVisionOptions, 'out' | 'meta' | 'storage' | 'schedule' | 'guidance'> {
  /** A file with diffusers' `UNet2DConditionModel`, or U-ViT's `UViT` and the linear layer before it. */
  readonly checkpoint: CheckpointSource;
  /** A name for the published sizes, or a config. */
  readonly denoiser: DenoiserName | DenoiserConfig;
  /** Model folders of the encoders and the autoencoder that it was trained with. */
  readonly encoders: string;
  readonly vae: string;
  /**
   * Of a U-ViT: name of the linear layer that brings a condition to its width, without `.weight`.
   * @defaultValue the only layer of these sizes
   */
  readonly contextLayer?: string | undefined;
}

const PUBLISHED: Readonly<Record<DenoiserName, DenoiserConfig>> = {
  'sd-unet': SD_UNET,
  'u-vit': U_VIT_L2,
};

/** Of CXR-IRGen. */
const GUIDANCE = 7.5;

/**
 * Converts a denoiser of CXR-IRGen, or Stable Diffusion's own UNet, to a model folder of stage `irgen-vision`. A missing
 * reference is zeros, and prompts keep their own length, as published; a UNet's have one token less than the text encoder
 * reads, whose place the reference takes.
 *
 * @throws As {@link convertEncoders}; {@link ModelLoadError} for the folders.
 */
export async function convertVision(options: ConvertVisionOptions): Promise<ModelFolder> {
  const { checkpoint, out, meta, storage, schedule, signal, onProgress } = options;
  const { guidance = GUIDANCE } = options;
  const task = { signal, onProgress };
  const config =
    typeof options.denoiser === 'string' ? PUBLISHED[options.denoiser] : options.denoiser;
  const encoders = await openEncoders(options.encoders, { signal });
  const vae = await openModelFolder(options.vae, { stage: 'irgen-vae', signal });
  const { maxLength } = encoders.architecture.text;
  const isUVit = config.kind === 'u-vit';
  const network = {
    denoiser: config,
    textLength: isUVit ? maxLength : maxLength - 1,
    textWidth: isUVit ? (config.contextWidth ?? config.width) : config.contextWidth,
    nullReference: 'zeros',
  } as const;
  return await exportVision({
    ...{ out, network, meta, guidance, promptPadding: 'none', ...task },
    weights: isUVit
      ? await readUVit(checkpoint, config, options.contextLayer, task)
      : await readPart(checkpoint, [denoiserGraph(config)], UNET_NAMES, task),
    trainedWith: { encoders: encoders.origin, vae: partOrigin(vae) },
    ...(storage && { storage }),
    ...(schedule && { schedule }),
  });
}

/** The layer before a U-ViT is no part of it, and has a name that its owner gave it. */
async function readUVit(
  checkpoint: CheckpointSource,
  config: Extract<DenoiserConfig, { kind: 'u-vit' }>,
  contextLayer: string | undefined,
  task: TaskOptions,
): Promise<ReadonlyMap<string, Tensor>> {
  const bare = denoiserGraph({ ...config, contextWidth: null });
  const weights = await readPart(checkpoint, [bare], U_VIT_NAMES, task);
  const { width, contextWidth } = config;
  if (contextWidth === null) return weights;
  const { file } = partCheckpoint(checkpoint);
  const layer = await readContextLayer(file, [width, contextWidth], contextLayer, task);
  if (layer === undefined)
    throw new CheckpointError(
      file,
      `it has no linear layer ${contextWidth} -> ${width} for the condition. Give the checkpoint of CXR-IRGen, not that of ImageNet.`,
    );
  return weights.set('context_embed.weight', layer.weight).set('context_embed.bias', layer.bias);
}
