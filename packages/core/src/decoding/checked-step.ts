import { ModelOutputError } from '../errors.js';
import type { DecoderStepper } from './decoder-stepper.js';
import { damagedLogits, type LikeliestTokens } from './likeliest-tokens.js';

/** What a step feeds: one token a row, and the row of the step before that each continues. */
export interface StepFeeds {
  readonly tokens: readonly number[];
  readonly rows: readonly number[];
  readonly signal: AbortSignal | undefined;
}

/**
 * Takes one step and checks what comes back.
 *
 * @returns `[n * V]` logits.
 * @throws {@link ModelOutputError} if the length is another.
 */
export async function stepLogits(
  stepper: DecoderStepper,
  { tokens, rows, signal }: StepFeeds,
): Promise<Float32Array> {
  signal?.throwIfAborted();
  const logits = await stepper.step(tokens, rows, { signal });
  const expected = tokens.length * stepper.vocabularySize;
  if (logits.length !== expected)
    throw new ModelOutputError(
      `Expected ${expected} logits (${tokens.length} rows x ${stepper.vocabularySize} tokens), got ${logits.length}. Check the decoder's vocabulary size.`,
    );
  return logits;
}

/**
 * Takes one step and checks the likeliest tokens that come back.
 *
 * @param count - Tokens a row.
 * @throws {@link ModelOutputError} if there are more or fewer, one is not of the vocabulary, or a probability is no number.
 */
export async function stepLikeliest(
  stepper: DecoderStepper,
  { tokens, rows, signal }: StepFeeds,
  count: number,
): Promise<LikeliestTokens> {
  signal?.throwIfAborted();
  const likeliest = await stepper.stepLikeliest(tokens, rows, count, { signal });
  const { tokens: found, logProbabilities } = likeliest;
  const expected = tokens.length * count;
  if (found.length !== expected || logProbabilities.length !== expected)
    throw new ModelOutputError(
      `Expected ${expected} likeliest tokens (${tokens.length} rows x ${count}) with a probability each, got ${found.length} with ${logProbabilities.length}. Check the decoder's stepLikeliest.`,
    );
  for (let i = 0; i < expected; i++) {
    const isBest = i % count === 0;
    if (isBest ? !Number.isFinite(logProbabilities[i]) : Number.isNaN(logProbabilities[i]))
      throw damagedLogits();
    if (!(found[i] >= 0 && found[i] < stepper.vocabularySize))
      throw new ModelOutputError(
        `Expected tokens below ${stepper.vocabularySize}, got ${found[i]}. Check the decoder's vocabulary size.`,
      );
  }
  return likeliest;
}
