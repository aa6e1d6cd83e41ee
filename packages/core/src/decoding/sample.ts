import { InvalidInputError } from '../errors.js';
import { createRandom, type Random } from '../random.js';
import { stepLogits } from './checked-step.js';
import type { DecoderStepper } from './decoder-stepper.js';
import {
  checkInteger,
  drainGeneration,
  type GeneratedSequence,
  type GenerationListeners,
  type GenerationOptions,
  type GenerationStream,
} from './generation.js';
import { logSumExp } from './likeliest-tokens.js';
import { streamTokens } from './token-loop.js';

/** Options of {@link sample}. */
export interface SamplingOptions extends GenerationOptions {
  /**
   * One seed a sequence, `[batchSize]`: a sequence comes out the same alone and in any batch with its seed.
   * A single number gives sequence `i` the `i`-th stream of that seed.
   */
  readonly seed: number | readonly number[];
  /**
   * Divides the logits; below 1 sharper, above 1 flatter. Greater than 0.
   * @defaultValue 1
   */
  readonly temperature?: number | undefined;
  /** Keeps the `topK` likeliest tokens, ties at the border included. Off when absent. */
  readonly topK?: number | undefined;
  /** Keeps the fewest likeliest tokens whose probabilities reach `topP`, in (0, 1]; applied after `topK`. Off when absent. */
  readonly topP?: number | undefined;
}

/**
 * Decodes by drawing each token from the model's distribution.
 *
 * @param stepper - A fresh decoder with one row a prompt.
 * @param batchSize - Number of prompts.
 * @returns One sequence a prompt; `logProbability` is the model's own, before temperature and cuts.
 * @throws {@link InvalidInputError} if an option is out of range.
 * @throws {@link ModelOutputError} if the decoder gives damaged logits.
 * @see Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", for the nucleus (`topP`).
 */
export async function sample(
  stepper: DecoderStepper,
  batchSize: number,
  options: SamplingOptions & GenerationListeners,
): Promise<GeneratedSequence[]> {
  return drainGeneration(streamSample(stepper, batchSize, options), options);
}

/** The streaming twin of {@link sample}: yields each token as it comes, returns what `sample` returns. */
export async function* streamSample(
  stepper: DecoderStepper,
  batchSize: number,
  options: SamplingOptions,
): GenerationStream {
  const { temperature = 1, topK, topP } = options;
  if (!(temperature > 0 && temperature < Number.POSITIVE_INFINITY))
    throw new InvalidInputError('temperature', 'a finite number > 0', temperature);
  if (topK !== undefined) checkInteger('topK', topK, 1);
  if (topP !== undefined && !(topP > 0 && topP <= 1))
    throw new InvalidInputError('topP', 'a number in (0, 1]', topP);
  const randoms = createRandoms(options.seed, batchSize);
  const { vocabularySize } = stepper;
  const chooseToken = (logits: Float32Array, sequence: number): number => {
    const weights = temperedWeights(logits, temperature);
    if (topK !== undefined) keepTopK(weights, topK);
    if (topP !== undefined && topP < 1) keepTopP(weights, topP);
    return draw(weights, randoms[sequence]);
  };
  return yield* streamTokens(batchSize, options, async (feeds, sequences) => {
    const logits = await stepLogits(stepper, feeds);
    return sequences.map((sequence, i) => {
      const row = logits.subarray(i * vocabularySize, (i + 1) * vocabularySize);
      const normaliser = logSumExp(row);
      const token = chooseToken(row, sequence);
      return { token, logProbability: row[token] - normaliser };
    });
  });
}

function createRandoms(seed: number | readonly number[], batchSize: number): Random[] {
  if (typeof seed === 'number')
    return Array.from({ length: batchSize }, (_, index) => createRandom(seed, index));
  if (seed.length !== batchSize)
    throw new InvalidInputError('seed', `one seed for each of ${batchSize} sequences`, seed);
  return seed.map((one) => createRandom(one));
}

/** @returns `[V]` probabilities up to a common factor; the likeliest token weighs 1. */
function temperedWeights(logits: Float32Array, temperature: number): Float64Array {
  let max = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > max) max = logit;
  return Float64Array.from(logits, (logit) => Math.exp((logit - max) / temperature));
}

function keepTopK(weights: Float64Array, topK: number): void {
  if (topK < weights.length) dropBelow(weights, weights.toSorted().at(-topK) ?? 0);
}

function keepTopP(weights: Float64Array, topP: number): void {
  const descending = weights.toSorted().reverse();
  const target = topP * sum(descending);
  let cumulative = 0;
  const border = descending.findIndex((weight) => {
    cumulative += weight;
    return cumulative >= target;
  });
  if (border >= 0) dropBelow(weights, descending[border]);
}

function dropBelow(weights: Float64Array, threshold: number): void {
  for (let i = 0; i < weights.length; i++) if (weights[i] < threshold) weights[i] = 0;
}

/** Inverts the cumulative distribution at one uniform number. */
function draw(weights: Float64Array, random: Random): number {
  let remaining = random.uniform() * sum(weights);
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    if (remaining < weights[i]) return i;
    remaining -= weights[i];
    last = i;
  }
  return last; // rounding left a crumb beyond the last possible token
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
