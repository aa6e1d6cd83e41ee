import { z } from 'zod';

/** How the encoder's states become one vector: their mean over the text, the state of its first or of its last token. */
export type BartPooling = 'mean' | 'bos' | 'eos';

/** Sizes of a BART with a bottleneck of one vector (CXR-IRGen's language module); the published one is {@link BART_BASE}. */
export interface BartConfig {
  /** `V`, tokens. */
  readonly vocabulary: number;
  /** Of the states and of the bottleneck. */
  readonly width: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  /** Divides `width`. */
  readonly heads: number;
  /** Hidden width of a layer. */
  readonly mlp: number;
  /** Most positions; the tables have two rows more, as BART's. */
  readonly positions: number;
  /** Of the layer normalisations. */
  readonly epsilon: number;
  readonly bosTokenId: number;
  readonly padTokenId: number;
  /** Ends a text, and starts the decoder. */
  readonly eosTokenId: number;
  /** Longest text in tokens, BOS and EOS included. */
  readonly maxLength: number;
  readonly pooling: BartPooling;
}

const size = z.int().positive();
const token = z.int().nonnegative();

/** Checks a {@link BartConfig}. */
export const bartConfigSchema: z.ZodType<BartConfig> = z
  .strictObject({
    vocabulary: size,
    width: size,
    encoderLayers: size,
    decoderLayers: size,
    heads: size,
    mlp: size,
    positions: size,
    epsilon: z.number().positive(),
    bosTokenId: token,
    padTokenId: token,
    eosTokenId: token,
    maxLength: size.min(2),
    pooling: z.enum(['mean', 'bos', 'eos']),
  })
  .refine(({ width, heads }) => width % heads === 0, {
    path: ['heads'],
    error: 'must divide width',
  })
  .refine(({ maxLength, positions }) => maxLength <= positions, {
    path: ['maxLength'],
    error: 'must not exceed positions',
  })
  .refine(
    ({ vocabulary, ...tokens }) =>
      Math.max(tokens.bosTokenId, tokens.padTokenId, tokens.eosTokenId) < vocabulary,
    { path: ['vocabulary'], error: 'must hold the three special tokens' },
  );

/** bart-base (Lewis et al. 2020) with the mean as bottleneck and texts of 512 tokens, as CXR-IRGen trains it. */
export const BART_BASE: BartConfig = {
  vocabulary: 50_265,
  width: 768,
  encoderLayers: 6,
  decoderLayers: 6,
  heads: 12,
  mlp: 3072,
  positions: 1024,
  epsilon: 1e-5,
  bosTokenId: 0,
  padTokenId: 1,
  eosTokenId: 2,
  maxLength: 512,
  pooling: 'mean',
};
