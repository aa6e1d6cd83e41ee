import { ModelOutputError } from '../errors.js';

/** The likeliest next tokens of `n` rows, `count` a row, best first. */
export interface LikeliestTokens {
  /** `[n * count]`, row-major; of equally likely tokens the lower first. */
  readonly tokens: ArrayLike<number>;
  /** `[n * count]` natural log-probabilities; `-Infinity` marks a forbidden token. */
  readonly logProbabilities: ArrayLike<number>;
}

/**
 * Finds the likeliest tokens of each row of logits, in float64: for steppers that have logits at hand.
 *
 * @param logits - `[n * V]`.
 * @param count - At most `V`.
 * @throws {@link ModelOutputError} if a logit is NaN or +Infinity, or every token of a row is forbidden.
 */
export function likeliestTokens(
  logits: Float32Array,
  vocabularySize: number,
  count: number,
): LikeliestTokens {
  const tokens: number[] = [];
  const logProbabilities: number[] = [];
  for (let start = 0; start < logits.length; start += vocabularySize) {
    const row = logits.subarray(start, start + vocabularySize);
    const normaliser = logSumExp(row);
    for (const token of highest(row, count)) {
      tokens.push(token);
      logProbabilities.push(row[token] - normaliser);
    }
  }
  return { tokens, logProbabilities };
}

function highest(row: Float32Array, count: number): number[] {
  const best: number[] = [];
  for (let token = 0; token < row.length; token++) {
    if (best.length === count && row[token] <= row[best[count - 1]]) continue;
    let place = best.length;
    while (place > 0 && row[token] > row[best[place - 1]]) place--;
    best.splice(place, 0, token);
    best.length = Math.min(best.length, count);
  }
  return best;
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
  if (!Number.isFinite(result)) throw damagedLogits();
  return result;
}

/** The error of logits that no distribution has. */
export function damagedLogits(): ModelOutputError {
  return new ModelOutputError(
    'Expected finite logits, got NaN, +Infinity or a row of only -Infinity. The weights may be damaged, or float16 overflowed.',
  );
}
