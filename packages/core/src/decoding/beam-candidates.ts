import { logSumExp } from './step-logits.js';

/** A beam that may still grow. */
export interface OpenBeam {
  /** Without BOS. */
  readonly tokens: readonly number[];
  /** Sum of log-probabilities. */
  readonly score: number;
  /** Row of the step just taken that holds this beam's logits. */
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
 * @param logits - `[n * V]` of the whole step.
 * @returns At most `count` candidates, best first; of equal scores the lower beam, then the lower token.
 */
export function bestCandidates(
  logits: Float32Array,
  vocabularySize: number,
  beams: readonly OpenBeam[],
  count: number,
): BeamCandidate[] {
  const best: BeamCandidate[] = [];
  let worst = Number.NEGATIVE_INFINITY;
  for (const beam of beams) {
    const row = logits.subarray(beam.row * vocabularySize, (beam.row + 1) * vocabularySize);
    const normaliser = logSumExp(row);
    for (let token = 0; token < vocabularySize; token++) {
      const score = beam.score + (row[token] - normaliser);
      if (score <= worst && best.length === count) continue;
      insert(best, { beam, token, score }, count);
      worst = best[best.length - 1].score;
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
