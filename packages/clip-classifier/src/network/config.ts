import { type BackboneConfig, backboneSchema, RESNET_50 } from '@cxrkit/nn';
import { z } from 'zod';

const size = z.int().positive();

/** Checks a {@link ClipConfig}. */
export const clipConfigSchema: z.ZodType<ClipConfig> = z.strictObject({
  image: z.strictObject({
    backbone: backboneSchema,
    /** 1 = grey, 3 = the grey level repeated. */
    channels: z.union([z.literal(1), z.literal(3)]),
  }),
  text: z
    .strictObject({
      vocabulary: size,
      width: size,
      layers: size,
      heads: size,
      hidden: size,
      /** Most tokens, the two special ones included. */
      maxLength: size,
      positions: z.exactOptional(size),
      epsilon: z.number().positive(),
    })
    .refine(({ maxLength, positions = maxLength }) => positions >= maxLength, {
      path: ['positions'],
      error: 'a table with a row for each of maxLength tokens is needed',
    }),
  /** Width of the shared space. */
  embedding: size,
});

/** Sizes of R-CLIP; the published one is {@link R_CLIP}. */
export interface ClipConfig {
  readonly image: {
    readonly backbone: BackboneConfig;
    /** 1 = grey, 3 = the grey level repeated. */
    readonly channels: 1 | 3;
  };
  readonly text: {
    readonly vocabulary: number;
    readonly width: number;
    readonly layers: number;
    readonly heads: number;
    readonly hidden: number;
    /** Most tokens, the two special ones included. */
    readonly maxLength: number;
    /** Rows of the table of positions; a published BERT has more than texts are long. @defaultValue maxLength */
    readonly positions?: number;
    readonly epsilon: number;
  };
  /** Width of the shared space. */
  readonly embedding: number;
}

/** Checks a {@link ClipPreprocessing}. */
export const clipPreprocessingSchema: z.ZodType<ClipPreprocessing> = z.strictObject({
  side: size,
  mean: z.array(z.number()).min(1),
  deviation: z.array(z.number().positive()).min(1),
});

/** How pictures become tensors: shorter side to `side` (Pillow bilinear), centre crop, (x / 255 - mean) / deviation per channel. */
export interface ClipPreprocessing {
  readonly side: number;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** R-CLIP of CRRG-CLIP = CXR-CLIP's ResNet-50 with Bio_ClinicalBERT (You et al. 2023; `configs/model/clip_resnet_clinical.yaml`). */
export const R_CLIP: ClipConfig = {
  image: {
    backbone: { kind: 'resnet', ...RESNET_50 },
    channels: 3,
  },
  text: {
    vocabulary: 28_996,
    width: 768,
    layers: 12,
    heads: 12,
    hidden: 3072,
    maxLength: 256,
    positions: 512,
    epsilon: 1e-12,
  },
  embedding: 512,
};
