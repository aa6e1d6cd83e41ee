import type { DecoderStepOptions, DecoderStepper } from '../decoding/decoder-stepper.js';
import { likeliestTokens } from '../decoding/likeliest-tokens.js';
import { InvalidInputError } from '../errors.js';

/**
 * A language model small enough to write down. After tokens t1..tn the state is s = (3 s + t + 1) mod S, folded from 0,
 * so that logits depend on the whole history and a wrong cache row shows.
 */
export interface TableModel {
  readonly vocabularySize: number;
  /** `[prompts][S][V][V]`: logits of the next token by prompt, state and previous token. */
  readonly logits: readonly (readonly (readonly (readonly number[])[])[])[];
}

/** What one step was given. */
export interface RecordedStep {
  readonly tokens: readonly number[];
  readonly rows: readonly number[];
}

/** A {@link DecoderStepper} over a {@link TableModel} that remembers its calls. */
export interface TableStepper extends DecoderStepper {
  readonly steps: readonly RecordedStep[];
}

interface CacheRow {
  readonly prompt: number;
  readonly state: number;
}

/**
 * Makes a fake decoder with a cache.
 *
 * @param prompts - Which prompts of the model to serve, in row order; default all.
 * @throws {@link InvalidInputError} from `step` if a row of the step before does not exist.
 */
export function tableStepper(
  model: TableModel,
  prompts: readonly number[] = [...model.logits.keys()],
): TableStepper {
  const steps: RecordedStep[] = [];
  let cache: readonly CacheRow[] = prompts.map((prompt) => ({ prompt, state: 0 }));
  const step = async (
    tokens: readonly number[],
    rows: readonly number[],
    options: DecoderStepOptions = {},
  ): Promise<Float32Array> => {
    options.signal?.throwIfAborted();
    if (tokens.length !== rows.length || rows.some((row) => cache[row] === undefined))
      throw new InvalidInputError('rows', `${tokens.length} of 0..${cache.length - 1}`, rows);
    steps.push({ tokens, rows });
    cache = rows.map((row, index) => advance(cache[row], tokens[index], model));
    return Float32Array.from(
      cache.flatMap(({ prompt, state }, index) => model.logits[prompt][state][tokens[index]]),
    );
  };
  const { vocabularySize } = model;
  return {
    vocabularySize,
    steps,
    step,
    stepLikeliest: async (tokens, rows, count, options) =>
      likeliestTokens(await step(tokens, rows, options), vocabularySize, count),
  };
}

function advance({ prompt, state }: CacheRow, token: number, model: TableModel): CacheRow {
  return { prompt, state: (3 * state + token + 1) % model.logits[prompt].length };
}
