import type { GrayImage } from '@cxrkit/core/image';

/** An image and its vectors. */
export interface ImageEncoding {
  /** `[E]`, length 1, in the space shared with texts. */
  readonly embedding: Float32Array;
  /** `[F]` pooled features before the projection; what a linear probe reads. */
  readonly features: Float32Array;
}

export interface EncodeOptions {
  readonly signal?: AbortSignal | undefined;
}

/** A pair of encoders; ours, or those of a transformers.js CLIP or SigLIP folder. */
export interface ClipEncoders extends AsyncDisposable {
  /** Where the encoders come from; a key of the text cache. */
  readonly id: string;
  /** Factor on cosines that training learned; `undefined` where the folder does not say. */
  readonly temperature: number | undefined;
  /** Most tokens of a text. */
  readonly maxLength: number;
  encodeImage(image: GrayImage, options?: EncodeOptions): Promise<ImageEncoding>;
  /** @returns `[E]` of length 1 for each text, and which texts were cut at `maxLength`. */
  encodeTexts(
    texts: readonly string[],
    options?: EncodeOptions,
  ): Promise<{
    readonly embeddings: readonly Float32Array[];
    readonly truncated: readonly number[];
  }>;
}
