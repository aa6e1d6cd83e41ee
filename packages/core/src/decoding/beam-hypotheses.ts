import type { GeneratedSequence } from './generation.js';

/** The best complete sequences of one prompt (`BeamHypotheses` of transformers 4.19). */
export interface BeamHypotheses {
  /** Adds a sequence (without BOS and EOS) if it is among the best. */
  add(tokens: readonly number[], logProbability: number, finished: boolean): void;
  /**
   * Tells whether no open beam is worth going on with.
   *
   * @param bestLogProbability - Best sum of log-probabilities among this step's candidates.
   * @param length - Length of the open beams before this step, BOS included.
   */
  isDone(bestLogProbability: number, length: number): boolean;
  /** @returns The sequence with the best score; of equal scores the one added last. */
  best(): GeneratedSequence;
}

/**
 * Starts an empty list of complete sequences.
 *
 * @param count - How many are kept.
 * @param lengthPenalty - Exponent of the length in the score: log-probability / length^penalty.
 * @param earlyStopping - Done as soon as `count` sequences are complete, whatever the open beams promise.
 */
export function createBeamHypotheses(
  count: number,
  lengthPenalty: number,
  earlyStopping: boolean,
): BeamHypotheses {
  let kept: GeneratedSequence[] = []; // in order of arrival
  const worst = (): GeneratedSequence => kept.reduce((a, b) => (b.score < a.score ? b : a));
  return {
    add(tokens, logProbability, finished) {
      const score = logProbability / (tokens.length + 1) ** lengthPenalty; // BOS counts, EOS does not
      if (kept.length === count) {
        const out = worst();
        if (score <= out.score) return;
        kept = kept.filter((hypothesis) => hypothesis !== out);
      }
      kept.push({ tokens, score, logProbability, finished });
    },
    isDone(bestLogProbability, length) {
      if (kept.length < count) return false;
      return earlyStopping || worst().score >= bestLogProbability / length ** lengthPenalty;
    },
    best: () => kept.reduce((a, b) => (b.score >= a.score ? b : a)),
  };
}
