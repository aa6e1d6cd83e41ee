import { z } from 'zod';
import { type DenoiserConfig, denoiserConfigSchema } from '../network/denoiser.js';

/** A denoiser with the sizes of its conditions. */
export interface VisionNetwork {
  readonly denoiser: DenoiserConfig;
  /** `L`: tokens of a prompt, padding included. */
  readonly textLength: number;
  /** `D`: numbers of a text token and of a reference vector. */
  readonly textWidth: number;
  /** What stands for a missing reference: a vector that is learned, or zeros, as published. */
  readonly nullReference: 'learned' | 'zeros';
  /**
   * Factor of what the encoders give as vectors of length 1 (a reference, a pooled prompt), so that their numbers are
   * about as large as those of token states. @defaultValue 1
   */
  readonly conditionScale?: number;
}

/** Checks a {@link VisionNetwork}. */
export const visionNetworkSchema: z.ZodType<VisionNetwork> = z
  .strictObject({
    denoiser: denoiserConfigSchema,
    textLength: z.int().positive(),
    textWidth: z.int().positive(),
    nullReference: z.enum(['learned', 'zeros']),
    conditionScale: z.exactOptional(z.number().positive()),
  })
  .refine(({ denoiser, textWidth }) => (denoiser.contextWidth ?? textWidth) === textWidth, {
    path: ['denoiser', 'contextWidth'],
    error: 'must equal textWidth',
  })
  .refine(({ denoiser }) => denoiser.kind !== 'u-vit' || denoiser.contextTokens === 1, {
    path: ['denoiser', 'contextTokens'],
    error: 'must be 1: prompt and reference meet in one vector',
  });
