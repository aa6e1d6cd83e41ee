import { z } from 'zod';

/** Sizes of the prior, a ViT that reads a sentence vector off a latent map; the published one is {@link PRIOR_VIT_B2}. */
export interface PriorConfig {
  /** Side of the latent map in cells. */
  readonly side: number;
  readonly latentChannels: number;
  /** Side of a patch in cells; divides `side`. */
  readonly patch: number;
  readonly width: number;
  readonly layers: number;
  /** Divides `width`. */
  readonly heads: number;
  /** Hidden width of a layer. */
  readonly mlp: number;
  /** Of the layer normalisations. */
  readonly epsilon: number;
  /** Numbers of the sentence vector. */
  readonly outputWidth: number;
  /** `tanh`, as published, cannot give numbers beyond 1, which a sentence vector may have; `none` can. */
  readonly outputActivation: 'tanh' | 'none';
  /** Reads what was asked beside the picture: states of the 14 findings. @defaultValue false, as published */
  readonly readsFindings?: boolean;
  /** Draws a vector, where the published prior gives the mean of those that fit. @defaultValue none */
  readonly flow?: FlowConfig;
}

/** Sizes of the head that turns noise into a sentence vector, by flow matching (Lipman et al. 2023). */
export interface FlowConfig {
  /** Hidden width. */
  readonly width: number;
  readonly blocks: number;
  /** Steps from noise to vector. */
  readonly steps: number;
  /** Of the noise; about that of the sentence vectors' numbers. */
  readonly deviation: number;
  /**
   * How far a vector goes beyond what the picture alone would say towards the findings that are told (classifier-free
   * guidance, Ho & Salimans 2022); nothing to training. @defaultValue 1, which is none
   */
  readonly guidance?: number;
}

const size = z.int().positive();

/** Checks a {@link PriorConfig}. */
export const priorConfigSchema: z.ZodType<PriorConfig> = z
  .strictObject({
    side: size,
    latentChannels: size,
    patch: size,
    width: size,
    layers: size,
    heads: size,
    mlp: size,
    epsilon: z.number().positive(),
    outputWidth: size,
    outputActivation: z.enum(['tanh', 'none']),
    readsFindings: z.exactOptional(z.boolean()),
    flow: z.exactOptional(
      z.strictObject({
        width: size.multipleOf(2),
        blocks: size,
        steps: size,
        deviation: z.number().positive(),
        guidance: z.exactOptional(z.number().min(1)),
      }),
    ),
  })
  .refine(({ width, heads }) => width % heads === 0, {
    path: ['heads'],
    error: 'must divide width',
  })
  .refine(({ side, patch }) => side % patch === 0, { path: ['patch'], error: 'must divide side' });

/** CXR-IRGen's prior: ViT-B with patches of 2 x 2 latent cells (Dosovitskiy et al. 2021). */
export const PRIOR_VIT_B2: PriorConfig = {
  side: 32,
  latentChannels: 4,
  patch: 2,
  width: 768,
  layers: 12,
  heads: 12,
  mlp: 3072,
  epsilon: 1e-12,
  outputWidth: 768,
  outputActivation: 'tanh',
};
