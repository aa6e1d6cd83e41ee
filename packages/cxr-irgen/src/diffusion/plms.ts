import type { Tensor } from '@cxrkit/core';
import { combine } from './combine.js';
import { leadingLevels } from './leading-levels.js';
import type { NoiseLevel, NoiseSchedule } from './schedule.js';
import { type Denoise, follow, type SamplerOptions } from './trajectory.js';

/**
 * Samples by pseudo linear multi-step (Liu et al. 2022, "PNDM", without Runge-Kutta steps): Stable Diffusion v1's own
 * sampler, as diffusers 0.14 has it. `steps` steps take one evaluation more, as the second timestep is seen twice.
 *
 * @param denoise - The network, with guidance if any; called once an evaluation.
 * @param schedule - That of its training.
 * @returns Latents of the noise's shape.
 * @throws {@link InvalidInputError} for steps, strength or shapes out of range.
 * @throws {@link ModelOutputError} if the network gives another shape or numbers that are not finite; the signal's reason,
 *   between evaluations.
 */
export async function plms(
  denoise: Denoise,
  schedule: NoiseSchedule,
  options: SamplerOptions,
): Promise<Tensor<'float32'>> {
  const path = leadingLevels(schedule, options);
  const [, second] = path;
  // With one step there is no second timestep to see.
  const repeated = path.length > 2 ? [second] : [];
  const history: Float32Array[] = [];
  let firstLatents: Float64Array = new Float64Array();
  return follow(denoise, options, {
    levels: [path[0], ...repeated, ...path.slice(1, -1)],
    targets: [second, ...repeated, ...path.slice(2)],
    update: ({ index, latents, predicted, level, target }) => {
      if (index === 1) {
        const mean = combine([1 / 2, 1 / 2], [predicted, history[0]]);
        return transfer(firstLatents, mean, path[0], second);
      }
      if (index === 0) firstLatents = latents;
      history.unshift(predicted);
      history.splice(4);
      return transfer(latents, combine(WEIGHTS[history.length], history), level, target);
    },
  });
}

/** Adams-Bashforth weights by the number of predictions, the newest first. */
const WEIGHTS: Readonly<Record<number, readonly number[]>> = {
  1: [1],
  2: [3 / 2, -1 / 2],
  3: [23 / 12, -16 / 12, 5 / 12],
  4: [55 / 24, -59 / 24, 37 / 24, -9 / 24],
};

/** Equation 11 of the paper, in the square roots of alpha bar and 1 - alpha bar. */
function transfer(x: Float64Array, e: Float64Array, t: NoiseLevel, p: NoiseLevel): Float64Array {
  const ratio = p.signal / t.signal;
  const change =
    (p.signal ** 2 - t.signal ** 2) / (t.signal ** 2 * p.noise + t.signal * t.noise * p.signal);
  return combine([ratio, -change], [x, e]);
}
