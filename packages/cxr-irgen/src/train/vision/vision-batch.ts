import { createRandom, float32, type Random, type Tensor } from '@cxrkit/core';
import type { VisionNetwork } from '../../conditioning/vision-network.js';
import { levelAt, type NoiseSchedule } from '../../diffusion/schedule.js';
import { copyLatents } from '../cache/latents.js';
import type { VisionRules } from './vision-rules.js';
import type { VisionTable } from './vision-table.js';

/** Tensors of a batch by the names of the training graph's inputs. */
export type VisionBatch = Record<
  'latents' | 'timesteps' | 'text' | 'reference' | 'has_reference' | 'noise' | 'weights',
  Tensor<'float32'>
>;

/** What {@link visionBatch} draws from. */
export interface VisionBatchOptions {
  readonly table: VisionTable;
  readonly network: VisionNetwork;
  readonly schedule: NoiseSchedule;
  readonly rules: VisionRules;
}

/**
 * Makes a batch: noisy latents at a random timestep (cxr-irgen.md 2.6), their noise and conditions.
 *
 * @param rows - Of the table.
 * @param randomOf - The random stream of each place of the batch.
 */
export function visionBatch(
  rows: readonly number[],
  randomOf: (place: number) => Random,
  { table, network, schedule, rules }: VisionBatchOptions,
): VisionBatch {
  const { latent } = table.latents;
  const size = latent[0] * latent[1] * latent[2];
  const [textSize, width] = [table.texts[0].length, network.textWidth];
  const data = {
    ...{
      latents: new Float32Array(rows.length * size),
      noise: new Float32Array(rows.length * size),
    },
    text: new Float32Array(rows.length * textSize),
    reference: new Float32Array(rows.length * width),
    timesteps: new Float32Array(rows.length),
    has: new Float32Array(rows.length),
    weights: new Float32Array(rows.length),
  };
  for (const [place, row] of rows.entries()) {
    const random = randomOf(place);
    const timestep = random.integer(schedule.timesteps);
    const { signal, noise } = levelAt(schedule, timestep);
    copyLatents(table.latents, row, rules.posterior, random, [data.latents, place * size]);
    for (let i = place * size; i < (place + 1) * size; i++) {
      data.noise[i] = random.normal();
      data.latents[i] = signal * data.latents[i] + noise * data.noise[i];
    }
    data.timesteps[place] = timestep;
    data.weights[place] = minSnrWeight((signal / noise) ** 2, rules.minSnr);
    const { text, reference } = drawConditions(row, random, table, rules);
    data.text.set(text, place * textSize);
    if (reference === undefined) continue;
    data.reference.set(reference, place * width);
    data.has[place] = 1;
  }
  const isPooled = network.denoiser.kind === 'u-vit';
  const textDims = isPooled ? [width] : [network.textLength, width];
  return {
    latents: float32(data.latents, [rows.length, ...latent]),
    noise: float32(data.noise, [rows.length, ...latent]),
    timesteps: float32(data.timesteps, [rows.length]),
    text: float32(data.text, [rows.length, ...textDims]),
    reference: float32(data.reference, [rows.length, width]),
    has_reference: float32(data.has, [rows.length]),
    weights: float32(data.weights, [rows.length]),
  };
}

/** Weight of a timestep for a network that predicts noise: min(SNR, limit) / SNR. */
function minSnrWeight(snr: number, limit: number | null): number {
  return limit === null ? 1 : Math.min(snr, limit) / snr;
}

/** What a picture is shown with; without text that of the empty prompt. */
function drawConditions(
  row: number,
  random: Random,
  { prompts, texts, references, sameLabels }: VisionTable,
  { textDropout, imageDropout, jointDropout, reference }: VisionRules,
): { readonly text: Float32Array; readonly reference: Float32Array | undefined } {
  const wordings = prompts[row];
  const drawn = wordings[random.integer(wordings.length)];
  const hasNoText = random.uniform() < textDropout;
  const group = sameLabels[row];
  const others = reference === 'random' ? group.filter((other) => other !== row) : group;
  const chosen = reference === 'random' ? others[random.integer(others.length)] : others[0];
  const isShown = random.uniform() >= imageDropout && reference !== 'none' && others.length > 0;
  const hasNothing = random.uniform() < jointDropout;
  return {
    text: texts[hasNoText || hasNothing ? 0 : drawn],
    reference: isShown && !hasNothing ? references[chosen] : undefined,
  };
}

/** Names the random numbers of a training. */
export const TRAINING_STREAM = 0x71a;
/** Names the random numbers of its evaluations. */
export const EVALUATION_STREAM = 0xe7a;

/** @returns The random stream of each place of batch `index`. */
export function batchRandom(
  seed: number,
  stream: number,
  index: number,
): (place: number) => Random {
  return (place) => createRandom(seed, stream, index, place);
}
