import type { Tensor } from '@cxrkit/core';
import { combine } from './combine.js';
import {
  CLEAN,
  levelAt,
  levelOfSigma,
  type NoiseLevel,
  type NoiseSchedule,
  sigmaOf,
} from './schedule.js';
import {
  cleanEstimate,
  type Denoise,
  follow,
  type SamplerOptions,
  stepsTaken,
  type Update,
} from './trajectory.js';

/** Options of {@link dpmSolverPlusPlus2M}. */
export interface DpmSolverOptions extends SamplerOptions {
  /** Spreads the steps by sigma^(1 / 7) down to a clean picture (Karras et al. 2022, equation 5) instead of evenly in time. @defaultValue false */
  readonly karras?: boolean;
}

/** Below this many steps the last is of first order (`lower_order_final` of diffusers). */
const FEW_STEPS = 15;

/**
 * Samples by DPM-Solver++ of second order, multi-step (Lu et al. 2022, algorithm 2): timesteps and last step as of
 * diffusers 0.14, or with `karras` as k-diffusion's `sample_dpmpp_2m`.
 *
 * @param denoise - The network, with guidance if any; called once an evaluation.
 * @param schedule - That of its training.
 * @returns Latents of the noise's shape.
 * @throws {@link InvalidInputError} for steps, strength or shapes out of range.
 * @throws {@link ModelOutputError} if the network gives another shape or numbers that are not finite; the signal's reason,
 *   between evaluations.
 */
export async function dpmSolverPlusPlus2M(
  denoise: Denoise,
  schedule: NoiseSchedule,
  options: DpmSolverOptions,
): Promise<Tensor<'float32'>> {
  const levels = stepsTaken(schedule, options, (steps) =>
    options.karras ? karrasLevels(schedule, steps) : evenLevels(schedule, steps),
  );
  const end = options.karras ? CLEAN : levelAt(schedule, 0);
  const last = levels.length - 1;
  let previous: { readonly clean: Float64Array; readonly level: NoiseLevel } | undefined;
  return follow(denoise, options, {
    levels,
    targets: [...levels.slice(1), end],
    update: (step) => {
      const clean = cleanEstimate(step.latents, step.predicted, step.level);
      const isLowOrder = step.index === last && (end === CLEAN || options.steps < FEW_STEPS);
      const aim = previous && !isLowOrder ? extrapolate(clean, previous, step) : clean;
      previous = { clean, level: step.level };
      return towards(aim, step);
    },
  });
}

/** Logarithm of signal over noise, in which the solver's steps are measured. */
const lambda = ({ signal, noise }: NoiseLevel): number => Math.log(signal / noise);

/** D of equation 12: the clean picture half a step on, from this prediction and the one before. */
function extrapolate(
  clean: Float64Array,
  previous: { readonly clean: Float64Array; readonly level: NoiseLevel },
  { level, target }: Update,
): Float64Array {
  const h = lambda(target) - lambda(level);
  const r = (lambda(level) - lambda(previous.level)) / h;
  const share = 1 / (2 * r);
  return combine([1 + share, -share], [clean, previous.clean]);
}

/** The exact solution for a constant picture: (sigma_t / sigma_s) x - alpha_t (e^-h - 1) D. */
function towards(aim: Float64Array, { latents, level, target }: Update): Float64Array {
  const ratio = target.noise / level.noise;
  const share = -target.signal * Math.expm1(lambda(level) - lambda(target));
  return combine([ratio, share], [latents, aim]);
}

function evenLevels(schedule: NoiseSchedule, steps: number): NoiseLevel[] {
  const width = (schedule.timesteps - 1) / steps;
  return Array.from({ length: steps }, (_, i) =>
    levelAt(schedule, roundHalfToEven((steps - i) * width)),
  );
}

/** Rounds as numpy does. */
function roundHalfToEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}

function karrasLevels(schedule: NoiseSchedule, steps: number): NoiseLevel[] {
  const rho = 7;
  const [low, high] = [0, schedule.timesteps - 1].map(
    (t) => sigmaOf(levelAt(schedule, t)) ** (1 / rho),
  );
  return Array.from({ length: steps }, (_, i) => {
    const part = i / Math.max(1, steps - 1);
    return levelOfSigma(schedule, (high + part * (low - high)) ** rho);
  });
}
