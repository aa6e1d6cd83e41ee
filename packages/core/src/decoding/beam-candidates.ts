import type { LikeliestTokens } from './likeliest-tokens.js';

/** A beam that may still grow. */
export interface OpenBeam {
  /** Without BOS. */
  readonly tokens: readonly number[];
  /** Sum of log-probabilities. */
  readonly score: number;
  /** Row of the step just taken that holds this beam's continuations. */
  readonly row: number;
}

/** One beam grown by one token. */
export interface BeamCandidate {
  readonly beam: OpenBeam;
  readonly token: number;
  /** Beam score + log-probability of the token. */
  readonly score: number;
}

/**
 * Finds the best continuations over all beams of one prompt.
 *
 * @param likeliest - Of the whole step, `width` a row.
 * @returns At most `count` candidates, best first; of equal scores the lower beam, then the lower token.
 */
export function bestCandidates(
  { tokens, logProbabilities }: LikeliestTokens,
  width: number,
  beams: readonly OpenBeam[],
  count: number,
): BeamCandidate[] {
  const best: BeamCandidate[] = [];
  for (const beam of beams) {
    for (let i = beam.row * width; i < (beam.row + 1) * width; i++) {
      const candidate = { beam, token: tokens[i], score: beam.score + logProbabilities[i] };
      // The rest of the row is no better.
      if (best.length === count && candidate.score <= best[count - 1].score) break;
      insert(best, candidate, count);
    }
  }
  return best;
}

function insert(best: BeamCandidate[], candidate: BeamCandidate, count: number): void {
  let place = best.length;
  while (place > 0 && candidate.score > best[place - 1].score) place--;
  best.splice(place, 0, candidate);
  if (best.length > count) best.pop();
}
