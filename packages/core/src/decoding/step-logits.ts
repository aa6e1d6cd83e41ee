import { ModelOutputError } from '../errors.js';
import type { DecoderStepper } from './decoder-stepper.js';

/**
 * Takes one step and checks what comes back.
 *
 * @returns `[n * V]` logits.
 * @throws {@link ModelOutputError} if the length is another.
 */
export async function stepLogits(
  stepper: DecoderStepper,
  tokens: readonly number[],
  rows: readonly number[],
  signal: AbortSignal | undefined,
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
 * Computes ln Σ exp(logit) of one row in float64.
 *
 * @param logits - `[V]`; -Infinity marks a forbidden token.
 * @throws {@link ModelOutputError} if a logit is NaN or +Infinity, or every token is forbidden.
 */
export function logSumExp(logits: Float32Array): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) if (logits[i] > max) max = logits[i];
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i] - max);
  const result = max + Math.log(sum);
  if (!Number.isFinite(result))
    throw new ModelOutputError(
      'Expected finite logits, got NaN, +Infinity or a row of only -Infinity. The weights may be damaged, or float16 overflowed.',
    );
  return result;
}
