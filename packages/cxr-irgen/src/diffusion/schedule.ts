import { InvalidInputError } from '@cxrkit/core';

/** How much noise a picture holds at each timestep of training (Ho et al. 2020); 0 is nearly clean. */
export interface NoiseSchedule {
  /** `T` timesteps. */
  readonly timesteps: number;
  /** `[T]` share of the picture in the variance at each timestep: the product of 1 - beta up to there. */
  readonly alphaBars: Float64Array;
}

/** A point of a schedule: latents there are `signal` * picture + `noise` * standard normal. */
export interface NoiseLevel {
  /** What the network is told; may be fractional. */
  readonly timestep: number;
  /** sqrt(alpha bar). */
  readonly signal: number;
  /** sqrt(1 - alpha bar). */
  readonly noise: number;
}

/** The level of a finished picture. */
export const CLEAN: NoiseLevel = { timestep: 0, signal: 1, noise: 0 };

/** Betas of {@link scaledLinearSchedule}; those of Stable Diffusion by default. */
export interface ScaledLinearOptions {
  /** `T`, 2 or more. @defaultValue 1000 */
  readonly timesteps?: number;
  /** First beta, above 0, below 1. @defaultValue 0.00085 */
  readonly start?: number;
  /** Last beta, from the first on, below 1. @defaultValue 0.012 */
  readonly end?: number;
}

/**
 * Makes Stable Diffusion's schedule: the square roots of the betas rise evenly (`scaled_linear` of diffusers).
 *
 * @throws {@link InvalidInputError} for timesteps or betas out of range.
 */
export function scaledLinearSchedule({
  timesteps = 1000,
  start = 0.00085,
  end = 0.012,
}: ScaledLinearOptions = {}): NoiseSchedule {
  if (!Number.isInteger(timesteps) || timesteps < 2)
    throw new InvalidInputError('timesteps', 'a whole number of 2 or more', timesteps);
  if (!(start > 0 && start < 1)) throw new InvalidInputError('start', 'above 0, below 1', start);
  if (!(end >= start && end < 1))
    throw new InvalidInputError('end', `from ${start} on, below 1`, end);
  const [low, high] = [Math.sqrt(start), Math.sqrt(end)];
  const alphaBars = new Float64Array(timesteps);
  let product = 1;
  for (let t = 0; t < timesteps; t++) {
    product *= 1 - (low + ((high - low) * t) / (timesteps - 1)) ** 2;
    alphaBars[t] = product;
  }
  return { timesteps, alphaBars };
}

/**
 * @returns The level of a whole timestep.
 * @throws {@link InvalidInputError} for one that is not of the schedule.
 */
export function levelAt({ alphaBars }: NoiseSchedule, timestep: number): NoiseLevel {
  if (!(timestep in alphaBars))
    throw new InvalidInputError(
      'timestep',
      `a whole number from 0 to ${alphaBars.length - 1}`,
      timestep,
    );
  const alphaBar = alphaBars[timestep];
  return { timestep, signal: Math.sqrt(alphaBar), noise: Math.sqrt(1 - alphaBar) };
}

/** @returns noise / signal, the deviation of the noise where the picture keeps its size (Karras et al. 2022). */
export function sigmaOf({ signal, noise }: NoiseLevel): number {
  return noise / signal;
}

/** @returns The level of a fractional timestep, sigma between its neighbours being linear. */
export function levelBetween(schedule: NoiseSchedule, timestep: number): NoiseLevel {
  const below = Math.min(Math.floor(timestep), schedule.timesteps - 2);
  const [low, high] = [below, below + 1].map((t) => sigmaOf(levelAt(schedule, t)));
  return levelOf(low + (timestep - below) * (high - low), timestep);
}

/** @returns The level of a sigma within the schedule; the timestep is linear in log(sigma) between neighbours, as in k-diffusion. */
export function levelOfSigma(schedule: NoiseSchedule, sigma: number): NoiseLevel {
  const logSigma = (t: number): number => Math.log(sigmaOf(levelAt(schedule, t)));
  let [below, above] = [0, schedule.timesteps - 1];
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (logSigma(middle) <= Math.log(sigma)) below = middle;
    else above = middle;
  }
  const part = (Math.log(sigma) - logSigma(below)) / (logSigma(above) - logSigma(below));
  return levelOf(sigma, below + Math.min(Math.max(part, 0), 1));
}

function levelOf(sigma: number, timestep: number): NoiseLevel {
  const signal = 1 / Math.hypot(1, sigma);
  return { timestep, signal, noise: sigma * signal };
}
