import { z } from 'zod';

/** Sizes that both towers of a CLIP have. */
interface ClipTower {
  readonly width: number;
  readonly layers: number;
  /** Divides `width`. */
  readonly heads: number;
  /** Hidden width of a layer. */
  readonly mlp: number;
  /** Of the layer normalisations. */
  readonly epsilon: number;
}

/** Sizes of a CLIP's text tower (Radford et al. 2021); that of Stable Diffusion is {@link SD_TEXT_ENCODER}. */
export interface ClipTextConfig extends ClipTower {
  readonly vocabulary: number;
  /** Most tokens of a text, the two special ones included. */
  readonly maxLength: number;
  /** Ends a text and pads it: the largest id. */
  readonly endToken: number;
}

/** Sizes of a CLIP's vision tower, a ViT; that of CXR-IRGen is {@link CLIP_VIT_B32}. */
export interface ClipVisionConfig extends ClipTower {
  /** Side of the square picture in pixels. */
  readonly side: number;
  /** Side of a patch in pixels; divides `side`. */
  readonly patch: number;
  readonly channels: number;
}

const size = z.int().positive();
const tower = {
  width: size,
  layers: size,
  heads: size,
  mlp: size,
  epsilon: z.number().positive(),
};
const headsDivide = ({ width, heads }: ClipTower): boolean => width % heads === 0;
const headsError = { path: ['heads'], error: 'must divide width' };

/** Checks a {@link ClipTextConfig}. */
export const clipTextConfigSchema: z.ZodType<ClipTextConfig> = z
  .strictObject({ ...tower, vocabulary: size, maxLength: size, endToken: z.int().nonnegative() })
  .refine(headsDivide, headsError)
  .refine(({ vocabulary, endToken }) => endToken === vocabulary - 1, {
    path: ['endToken'],
    error: 'must be the last of the vocabulary, by which the end of a text is found',
  });

/** Checks a {@link ClipVisionConfig}. */
export const clipVisionConfigSchema: z.ZodType<ClipVisionConfig> = z
  .strictObject({ ...tower, side: size, patch: size, channels: size })
  .refine(headsDivide, headsError)
  .refine(({ side, patch }) => side % patch === 0, { path: ['patch'], error: 'must divide side' });

const BASE = { width: 768, layers: 12, heads: 12, mlp: 3072, epsilon: 1e-5 } as const;

/** The text encoder of Stable Diffusion v1: CLIP ViT-L/14's text tower (Rombach et al. 2022). */
export const SD_TEXT_ENCODER: ClipTextConfig = {
  ...BASE,
  vocabulary: 49_408,
  maxLength: 77,
  endToken: 49_407,
};

/** The encoder of CXR-IRGen's reference pictures: the vision tower of OpenAI's CLIP ViT-B/32. */
export const CLIP_VIT_B32: ClipVisionConfig = { ...BASE, side: 224, patch: 32, channels: 3 };
