import { z } from 'zod';

/** Sizes of a U-ViT denoiser (Bao et al. 2023); the published one is {@link U_VIT_L2}. */
export interface UVitConfig {
  readonly kind: 'u-vit';
  /** Side of the latent map in cells. */
  readonly side: number;
  readonly latentChannels: number;
  /** Side of a patch in cells; divides `side`. */
  readonly patch: number;
  /** Even. */
  readonly width: number;
  /** Blocks of the two legs together, without the middle one; even. */
  readonly depth: number;
  /** Divides `width`. */
  readonly heads: number;
  /** Hidden width of a block. */
  readonly mlp: number;
  /** Context tokens, each with a place of its own. */
  readonly contextTokens: number;
  /** Width of a context token, which a linear layer brings to `width`; null: it has that width, and there is no layer. */
  readonly contextWidth: number | null;
}

const size = z.int().positive();
const even = size.multipleOf(2);

/** Checks a {@link UVitConfig}. */
export const uVitConfigSchema: z.ZodType<UVitConfig> = z
  .strictObject({
    kind: z.literal('u-vit'),
    side: size,
    latentChannels: size,
    patch: size,
    width: even,
    depth: even,
    heads: size,
    mlp: size,
    contextTokens: size,
    contextWidth: size.nullable(),
  })
  .refine(({ width, heads }) => width % heads === 0, {
    path: ['heads'],
    error: 'must divide width',
  })
  .refine(({ side, patch }) => side % patch === 0, { path: ['patch'], error: 'must divide side' });

/** U-ViT-L/2 as CXR-IRGen uses it: one context vector of 768 numbers (its section 3; U-ViT's `imagenet256_uvit_large`). */
export const U_VIT_L2: UVitConfig = {
  kind: 'u-vit',
  side: 32,
  latentChannels: 4,
  patch: 2,
  width: 1024,
  depth: 20,
  heads: 16,
  mlp: 4096,
  contextTokens: 1,
  contextWidth: 768,
};
