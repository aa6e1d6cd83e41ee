import { stepLikeliest } from './checked-step.js';
import type { DecoderStepper } from './decoder-stepper.js';
import {
  drainGeneration,
  type GeneratedSequence,
  type GenerationListeners,
  type GenerationOptions,
  type GenerationStream,
} from './generation.js';
import { streamTokens } from './token-loop.js';

/**
 * Decodes by always taking the likeliest token; of equal logits the lower token.
 *
 * @param stepper - A fresh decoder with one row a prompt.
 * @param batchSize - Number of prompts.
 * @returns One sequence a prompt, in prompt order.
 * @throws {@link InvalidInputError} if an option is out of range.
 * @throws {@link ModelOutputError} if the decoder gives damaged logits.
 */
export async function greedy(
  stepper: DecoderStepper,
  batchSize: number,
  options: GenerationOptions & GenerationListeners,
): Promise<GeneratedSequence[]> {
  return drainGeneration(streamGreedy(stepper, batchSize, options), options);
}

/** The streaming twin of {@link greedy}: yields each token as it comes, returns what `greedy` returns. */
export function streamGreedy(
  stepper: DecoderStepper,
  batchSize: number,
  options: GenerationOptions,
): GenerationStream {
  return streamTokens(batchSize, options, async (feeds) => {
    const { tokens, logProbabilities } = await stepLikeliest(stepper, feeds, 1);
    return Array.from(tokens, (token, row) => ({ token, logProbability: logProbabilities[row] }));
  });
}
