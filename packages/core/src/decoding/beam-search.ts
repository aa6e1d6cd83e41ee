import { InvalidInputError } from '../errors.js';
import { bestCandidates, type OpenBeam } from './beam-candidates.js';
import { type BeamHypotheses, createBeamHypotheses } from './beam-hypotheses.js';
import { stepLikeliest } from './checked-step.js';
import type { DecoderStepper } from './decoder-stepper.js';
import {
  checkGeneration,
  checkInteger,
  drainGeneration,
  type GeneratedSequence,
  type GenerationEvent,
  type GenerationListeners,
  type GenerationOptions,
  type GenerationStream,
} from './generation.js';
import type { LikeliestTokens } from './likeliest-tokens.js';

/** Options of {@link beamSearch}. */
export interface BeamSearchOptions extends GenerationOptions {
  /** @defaultValue 4 */
  readonly beams?: number | undefined;
  /**
   * Exponent of the length (BOS counted, EOS not) that divides the log-probability; above 1 favours long sequences.
   * @defaultValue 1
   */
  readonly lengthPenalty?: number | undefined;
  /**
   * Ends a prompt once `beams` sequences are complete; else only when no open beam can beat them.
   * @defaultValue true
   */
  readonly earlyStopping?: boolean | undefined;
}

/** Score of the beams that wait for the first step to split one prompt into many beams. */
const UNBORN_BEAM_SCORE = -1e9;

interface BeamItem {
  readonly sequence: number;
  readonly hypotheses: BeamHypotheses;
  beams: readonly OpenBeam[];
}

/**
 * Decodes by beam search, prompt by prompt independent, with the semantics of transformers 4.19
 * (`BeamSearchScorer`), except that sums are float64 and ties go to the lower beam, then the lower token.
 *
 * Each step takes the best `2 * beams` continuations in order: EOS completes a sequence only if it ranks among the first
 * `beams`, any other token fills the next beams. Prompts that are done leave the batch. What is open at `maxLength`
 * competes with what is complete.
 *
 * @param stepper - A fresh decoder with one row a prompt; its second step has `beams` rows a prompt.
 * @param batchSize - Number of prompts.
 * @returns The best sequence of each prompt, in prompt order.
 * @throws {@link InvalidInputError} if an option is out of range.
 * @throws {@link ModelOutputError} if the decoder gives damaged logits.
 * @see transformers v4.19 `generation_beam_search.py`; RGRG `src/language_model/language_model.py` (`beam_search`).
 */
export async function beamSearch(
  stepper: DecoderStepper,
  batchSize: number,
  options: BeamSearchOptions & GenerationListeners,
): Promise<GeneratedSequence[]> {
  return drainGeneration(streamBeamSearch(stepper, batchSize, options), options);
}

/** The streaming twin of {@link beamSearch}: token events tell the leading open beam of each prompt. */
export async function* streamBeamSearch(
  stepper: DecoderStepper,
  batchSize: number,
  options: BeamSearchOptions,
): GenerationStream {
  const { beams = 4, lengthPenalty = 1, earlyStopping = true } = options;
  checkGeneration(batchSize, options);
  checkInteger('beams', beams, 1);
  checkInteger('vocabularySize', stepper.vocabularySize, 2);
  if (!Number.isFinite(lengthPenalty))
    throw new InvalidInputError('lengthPenalty', 'a finite number', lengthPenalty);

  const { bosTokenId, eosTokenId, maxLength, signal } = options;
  const results: GeneratedSequence[] = [];
  let rows = Array.from({ length: batchSize }, (_, row) => row);
  let open = rows.map(
    (sequence): BeamItem => ({
      sequence,
      hypotheses: createBeamHypotheses(beams, lengthPenalty, earlyStopping),
      beams: startBeams(sequence, beams),
    }),
  );
  // No beam has more of the best continuations than this.
  const width = Math.min(2 * beams, stepper.vocabularySize);
  for (let length = 1; open.length > 0; length++) {
    const tokens =
      length === 1 ? rows.map(() => bosTokenId) : open.flatMap((item) => lastTokens(item));
    const likeliest = await stepLikeliest(stepper, { tokens, rows, signal }, width);
    const stillOpen: BeamItem[] = [];
    for (const item of open) {
      const isDone = growBeams(item, likeliest, width, eosTokenId, length);
      yield leaderEvent(item);
      if (isDone || length + 1 >= maxLength) {
        if (!isDone) addOpenBeams(item);
        const result = item.hypotheses.best();
        results[item.sequence] = result;
        yield { type: 'sequence-end', sequence: item.sequence, result };
      } else stillOpen.push(item);
    }
    open = stillOpen;
    rows = renumberRows(open);
  }
  return results;
}

function startBeams(row: number, beams: number): OpenBeam[] {
  return Array.from({ length: beams }, (_, index) => ({
    tokens: [],
    score: index === 0 ? 0 : UNBORN_BEAM_SCORE,
    row,
  }));
}

/** @returns Whether the prompt is done. */
function growBeams(
  item: BeamItem,
  likeliest: LikeliestTokens,
  width: number,
  eosTokenId: number | null,
  length: number,
): boolean {
  const count = item.beams.length;
  const candidates = bestCandidates(likeliest, width, item.beams, 2 * count);
  const grown: OpenBeam[] = [];
  for (const [rank, { beam, token, score }] of candidates.entries()) {
    if (token === eosTokenId) {
      if (rank < count) item.hypotheses.add(beam.tokens, score, true);
    } else grown.push({ tokens: [...beam.tokens, token], score, row: beam.row });
    if (grown.length === count) break;
  }
  item.beams = grown;
  return item.hypotheses.isDone(candidates[0].score, length);
}

function addOpenBeams({ hypotheses, beams }: BeamItem): void {
  for (const { tokens, score } of beams) hypotheses.add(tokens, score, false);
}

/** Gives every open beam its own row of the next step; returns the rows they continue. */
function renumberRows(open: readonly BeamItem[]): number[] {
  const rows: number[] = [];
  for (const item of open)
    item.beams = item.beams.map((beam) => {
      rows.push(beam.row);
      return { ...beam, row: rows.length - 1 };
    });
  return rows;
}

function lastTokens({ beams }: BeamItem): number[] {
  return beams.map(({ tokens }) => tokens[tokens.length - 1]);
}

function leaderEvent({ sequence, beams: [leader] }: BeamItem): GenerationEvent {
  const { tokens } = leader;
  return { type: 'token', sequence, token: tokens[tokens.length - 1], tokens };
}
