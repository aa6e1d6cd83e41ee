import { z } from 'zod';

/** Sizes of a convolutional autoencoder (diffusers' `AutoencoderKL`); the published one is {@link SD_VAE}. */
export interface VaeConfig {
  /** 1 = grey, 3 = colour. */
  readonly imageChannels: number;
  /** Side of the square picture in pixels. */
  readonly side: number;
  /** Channels by level, from the full resolution down; each further level halves the side. */
  readonly channels: readonly number[];
  /** Residual blocks a level of the encoder; the decoder has one more. */
  readonly layersPerLevel: number;
  /** Of the group normalisations; divides every entry of `channels`. */
  readonly groups: number;
  readonly latentChannels: number;
  /** Factor that gives latents about unit variance; a decoder takes latents divided by it. */
  readonly latentScale: number;
  /** Self-attention at the lowest resolution. */
  readonly attention: boolean;
}

const size = z.int().positive();

/** Checks a {@link VaeConfig}. */
export const vaeConfigSchema: z.ZodType<VaeConfig> = z
  .strictObject({
    imageChannels: size,
    side: size,
    channels: z.array(size).min(1),
    layersPerLevel: size,
    groups: size,
    latentChannels: size,
    latentScale: z.number().positive(),
    attention: z.boolean(),
  })
  .refine(({ channels, groups }) => channels.every((count) => count % groups === 0), {
    path: ['groups'],
    error: 'must divide every entry of channels',
  })
  .refine(({ side, channels }) => side % 2 ** (channels.length - 1) === 0, {
    path: ['side'],
    error: 'must halve evenly at every level',
  });

/** @returns Side of the latent map in cells. */
export function latentSide({ side, channels }: VaeConfig): number {
  return side / 2 ** (channels.length - 1);
}

/** The autoencoder of Stable Diffusion v1 (Rombach et al. 2022) at the 256 pixels of CXR-IRGen. */
export const SD_VAE: VaeConfig = {
  imageChannels: 3,
  side: 256,
  channels: [128, 256, 512, 512],
  layersPerLevel: 2,
  groups: 32,
  latentChannels: 4,
  latentScale: 0.18215,
  attention: true,
};
