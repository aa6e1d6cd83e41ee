import {
  float32,
  InvalidInputError,
  ModelOutputError,
  type TaskOptions,
  type Tensor,
} from '@cxrkit/core';
import { combine } from './combine.js';
import { type Inpainting, keepKnown } from './inpainting.js';
import type { NoiseSource } from './noise-source.js';
import { CLEAN, type NoiseLevel, type NoiseSchedule } from './schedule.js';

/** Predicts the noise in latents `[B, C, H, W]` at a timestep, which may be fractional; the contract of all samplers. */
export type Denoise = (latents: Tensor<'float32'>, timestep: number) => Promise<Tensor<'float32'>>;

/** What a sampler has done by now. */
export interface SamplerStep {
  /** Evaluations of the network so far, from 1. */
  readonly completed: number;
  readonly total: number;
  /** Level that the latents have reached. */
  readonly level: NoiseLevel;
  /** @returns What the finished latents would be by the last prediction, for a preview. */
  estimate(): Tensor<'float32'>;
}

/** Options that all samplers share. */
export interface SamplerOptions extends TaskOptions {
  /** From 1 to T - 1. */
  readonly steps: number;
  readonly noise: NoiseSource;
  /** A picture to start from instead of noise alone. */
  readonly start?: {
    /** Of the noise's shape. */
    readonly latents: Tensor<'float32'>;
    /** How much of the way is gone again: above 0 to 1; of `steps` that part is taken, at least one. */
    readonly strength: number;
  };
  /** A picture of which only a part is made anew. */
  readonly inpaint?: Inpainting;
  /** Called after each evaluation, and waited for. */
  readonly onStep?: (step: SamplerStep) => void | Promise<void>;
}

/** One step of a sampler. */
export interface Update {
  /** From 0. */
  readonly index: number;
  /** State before the step. */
  readonly latents: Float64Array;
  /** What the network predicted. */
  readonly predicted: Float32Array;
  readonly level: NoiseLevel;
  readonly target: NoiseLevel;
}

/** What makes one sampler differ from another. */
export interface Trajectory {
  /** Level of each evaluation. */
  readonly levels: readonly NoiseLevel[];
  /** Level that each evaluation leads to. */
  readonly targets: readonly NoiseLevel[];
  /** Deviation of the first latents when there is no picture to start from. @defaultValue 1 */
  readonly startDeviation?: number;
  /** @returns The new state. */
  update(step: Update): Float64Array;
}

/**
 * Goes down a trajectory: one evaluation and one update a step, in float64.
 *
 * @returns Latents of the noise's shape.
 * @throws {@link InvalidInputError} for latents of another shape than the noise.
 * @throws {@link ModelOutputError} if the network gives another shape or numbers that are not finite.
 */
export async function follow(
  denoise: Denoise,
  options: SamplerOptions,
  trajectory: Trajectory,
): Promise<Tensor<'float32'>> {
  const { noise, inpaint, signal, onProgress, onStep } = options;
  const { levels, targets } = trajectory;
  const total = levels.length;
  const first = noise.next();
  const tensorOf = (data: Float64Array): Tensor<'float32'> =>
    float32(new Float32Array(data), noise.dims);
  let latents = startLatents(first, options, trajectory);
  if (inpaint) keepKnown(latents, first, levels[0], inpaint, noise.dims);
  for (const [index, level] of levels.entries()) {
    signal?.throwIfAborted();
    const before = latents;
    const predicted = checked(await denoise(tensorOf(before), level.timestep), before.length);
    const target = targets[index];
    latents = trajectory.update({ index, latents: before, predicted, level, target });
    // What is kept comes out as it was, also where the last step leaves a little noise.
    const reached = index === total - 1 ? CLEAN : target;
    if (inpaint) keepKnown(latents, first, reached, inpaint, noise.dims);
    const estimate = (): Tensor<'float32'> => tensorOf(cleanEstimate(before, predicted, level));
    await onStep?.({ completed: index + 1, total, level: target, estimate });
    onProgress?.({ phase: 'sample', completed: index + 1, total, unit: 'steps' });
  }
  return tensorOf(latents);
}

function startLatents(
  noise: Float32Array,
  { start, noise: { dims } }: SamplerOptions,
  { levels, startDeviation = 1 }: Trajectory,
): Float64Array {
  if (!start) return combine([startDeviation], [noise]);
  if (String(start.latents.dims) !== String(dims))
    throw new InvalidInputError('start.latents', `dims [${dims}]`, `dims [${start.latents.dims}]`);
  return addNoise(start.latents.data, noise, levels[0]);
}

/** @returns signal * clean + deviation * noise of `level`, element by element; all three of one length. */
export function addNoise(
  clean: ArrayLike<number>,
  noise: ArrayLike<number>,
  level: NoiseLevel,
): Float64Array {
  return combine([level.signal, level.noise], [clean, noise]);
}

/** @returns The picture that latents hold if the noise in them is what was predicted. */
export function cleanEstimate(
  latents: Float64Array,
  predicted: Float32Array,
  { signal, noise }: NoiseLevel,
): Float64Array {
  const clean = new Float64Array(latents.length);
  for (let i = 0; i < clean.length; i++) clean[i] = (latents[i] - noise * predicted[i]) / signal;
  return clean;
}

function checked({ data }: Tensor<'float32'>, size: number): Float32Array {
  if (data.length !== size)
    throw new ModelOutputError(`The denoiser gave ${data.length} numbers, expected ${size}.`);
  if (!areFinite(data))
    throw new ModelOutputError('The denoiser gave numbers that are not finite.');
  return data;
}

function areFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

/**
 * Checks `steps` and leaves out the part of them that a start picture saves.
 *
 * @param all - `steps` items, from the noisiest on.
 * @throws {@link InvalidInputError} for steps or strength out of range.
 */
export function stepsTaken<T>(
  { timesteps }: NoiseSchedule,
  { steps, start }: SamplerOptions,
  all: (steps: number) => readonly T[],
): readonly T[] {
  if (!Number.isInteger(steps) || steps < 1 || steps >= timesteps)
    throw new InvalidInputError('steps', `a whole number from 1 to ${timesteps - 1}`, steps);
  if (!start) return all(steps);
  const { strength } = start;
  if (!(strength > 0 && strength <= 1))
    throw new InvalidInputError('strength', 'a number above 0, at most 1', strength);
  return all(steps).slice(-Math.max(1, Math.floor(steps * strength)));
}
