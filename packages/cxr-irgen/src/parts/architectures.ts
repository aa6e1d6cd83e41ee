import { z } from 'zod';
import type { SquareFit } from '../conditioning/square-picture.js';
import type { ScaledLinearOptions } from '../diffusion/index.js';
import {
  type DenoiserConfig,
  denoiserConfigSchema,
  type PriorConfig,
  priorConfigSchema,
} from '../network/index.js';

/** Which model folder a part was trained with. */
export interface PartOrigin {
  readonly name: string;
  readonly version: string;
  /** SHA-256 over the hashes of its graphs and files, its sizes and its preprocessing. */
  readonly sha256: string;
}

const origin = z.object({ name: z.string(), version: z.string(), sha256: z.string() });

/** What the `model.json` of stage `irgen-vision` says in `architecture`. */
export interface VisionArchitecture {
  readonly denoiser: DenoiserConfig;
  /** `L`: tokens of a prompt, padding included; an `sd-unet` sees them all, a `u-vit` one vector of them. */
  readonly textLength: number;
  /** `D`: numbers of a text token and of a reference vector. */
  readonly textWidth: number;
  /** What stands for a missing reference inside the graph. */
  readonly nullReference: 'learned' | 'zeros';
  /** The noise that it learned to take away. */
  readonly schedule: ScaledLinearOptions;
  /** `max` pads every prompt to `textLength`; `none` leaves it at its own length, up to that. */
  readonly promptPadding: 'max' | 'none';
  readonly trainedWith: { readonly encoders: PartOrigin; readonly vae: PartOrigin };
}

const size = z.int().positive();
const beta = z.number().positive().lt(1);

/** Checks a {@link VisionArchitecture}. */
export const visionArchitectureSchema: z.ZodType<VisionArchitecture> = z.object({
  denoiser: denoiserConfigSchema,
  textLength: size,
  textWidth: size,
  nullReference: z.enum(['learned', 'zeros']),
  schedule: z
    .object({
      timesteps: z.exactOptional(size.min(2)),
      start: z.exactOptional(beta),
      end: z.exactOptional(beta),
    })
    .default({}),
  promptPadding: z.enum(['max', 'none']).default('max'),
  trainedWith: z.object({ encoders: origin, vae: origin }),
});

/** What the `model.json` of stage `irgen-prior` says in `architecture`. */
export interface PriorArchitecture {
  readonly prior: PriorConfig;
  readonly trainedWith: { readonly vae: PartOrigin; readonly language: PartOrigin };
}

/** Checks a {@link PriorArchitecture}. */
export const priorArchitectureSchema: z.ZodType<PriorArchitecture> = z.object({
  prior: priorConfigSchema,
  trainedWith: z.object({ vae: origin, language: origin }),
});

/** The part of the encoders' `architecture` that a denoiser needs. */
export interface EncodersArchitecture {
  readonly text: {
    readonly maxLength: number;
    /** Id that ends and pads a text, where the encoders are those of Stable Diffusion. */
    readonly endToken?: number;
  };
  /** Outputs of the graphs `text` and `image` that are one vector; a CLIP classifier's are its unit vectors. */
  readonly outputs: { readonly text: string; readonly reference: string };
}

/** Checks an {@link EncodersArchitecture}. */
export const encodersArchitectureSchema: z.ZodType<EncodersArchitecture> = z.object({
  text: z.object({ maxLength: size, endToken: z.exactOptional(z.int().nonnegative()) }),
  outputs: z
    .object({ text: z.string(), reference: z.string() })
    .default({ text: 'embedding', reference: 'embedding' }),
});

/** How pictures become tensors of the image encoder. */
export interface PicturePreprocessing {
  readonly side: number;
  /** How they become squares; `cover` where the manifest does not say. */
  readonly fit: SquareFit;
  /** By channel, of levels in [0, 1]. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Checks a {@link PicturePreprocessing}. */
export const picturePreprocessingSchema: z.ZodType<PicturePreprocessing> = z.object({
  side: size,
  fit: z.enum(['cover', 'stretch']).default('cover'),
  mean: z.array(z.number()).min(1),
  deviation: z.array(z.number().positive()).min(1),
});
