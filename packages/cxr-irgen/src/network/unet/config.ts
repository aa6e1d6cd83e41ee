import { z } from 'zod';

/** Sizes of a convolutional denoiser (diffusers' `UNet2DConditionModel`); the published one is {@link SD_UNET}. */
export interface UNetConfig {
  readonly kind: 'sd-unet';
  /** Side of the latent map in cells. */
  readonly side: number;
  readonly latentChannels: number;
  /** Channels by level, from the full resolution down; each further level halves the side. */
  readonly channels: readonly number[];
  /** Whether a level attends to the context; the middle always does. */
  readonly attention: readonly boolean[];
  /** Residual blocks a level downwards; upwards there is one more. */
  readonly layersPerLevel: number;
  /** Heads of every attention; divides the channels where there is attention. */
  readonly heads: number;
  /** Of the group normalisations; divides every entry of `channels`. */
  readonly groups: number;
  /** Width of a context token. */
  readonly contextWidth: number;
}

const size = z.int().positive();

/** Checks a {@link UNetConfig}. */
export const uNetConfigSchema: z.ZodType<UNetConfig> = z
  .strictObject({
    kind: z.literal('sd-unet'),
    side: size,
    latentChannels: size,
    channels: z.array(size.multipleOf(2)).min(1),
    attention: z.array(z.boolean()),
    layersPerLevel: size,
    heads: size,
    groups: size,
    contextWidth: size,
  })
  .refine(({ channels, attention }) => attention.length === channels.length, {
    path: ['attention'],
    error: 'must have an entry for every level of channels',
  })
  .refine(({ channels, groups }) => channels.every((count) => count % groups === 0), {
    path: ['groups'],
    error: 'must divide every entry of channels',
  })
  .refine(
    ({ channels, attention, heads }) =>
      channels.every(
        (count, level) =>
          count % heads === 0 || !(attention[level] || level === channels.length - 1),
      ),
    { path: ['heads'], error: 'must divide the channels wherever there is attention' },
  )
  .refine(({ side, channels }) => side % 2 ** (channels.length - 1) === 0, {
    path: ['side'],
    error: 'must halve evenly at every level',
  });

/** The UNet of Stable Diffusion v1-4 (Rombach et al. 2022) at the 32 x 32 latents of CXR-IRGen. */
export const SD_UNET: UNetConfig = {
  kind: 'sd-unet',
  side: 32,
  latentChannels: 4,
  channels: [320, 640, 1280, 1280],
  attention: [true, true, true, false],
  layersPerLevel: 2,
  heads: 8,
  groups: 32,
  contextWidth: 768,
};
