import type { LikeliestTokens } from './likeliest-tokens.js';

/** Options of one step of a {@link DecoderStepper}. */
export interface DecoderStepOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * A language model that goes one token at a time with its key/value cache behind it.
 *
 * One stepper serves one generation: the first step starts the cache, one row a prompt (image, region or encoded text),
 * and each later step continues rows of the step before, which may be fewer, repeated or reordered.
 */
export interface DecoderStepper {
  /** `V`, the length of one row of logits. */
  readonly vocabularySize: number;
  /**
   * Feeds one token a row; what sampling needs.
   *
   * @param tokens - `[n]` next token of each row.
   * @param rows - `[n]` row of the previous step that each row continues; on the first step `0..n-1`.
   * @returns `[n * V]` logits of the token that follows, row-major.
   */
  step(
    tokens: readonly number[],
    rows: readonly number[],
    options?: DecoderStepOptions,
  ): Promise<Float32Array>;
  /**
   * Feeds one token a row and gives only the likeliest that follow; what beam search and greedy decoding need. A model
   * may find them where its logits lie, which saves moving a vocabulary a row; others use `likeliestTokens`.
   *
   * @param tokens - As in {@link step}.
   * @param rows - As in {@link step}.
   * @param count - Tokens a row, at most `V`.
   */
  stepLikeliest(
    tokens: readonly number[],
    rows: readonly number[],
    count: number,
    options?: DecoderStepOptions,
  ): Promise<LikeliestTokens>;
}
