import type { Tensor } from '@cxrkit/core';
import { CLEAN, levelBetween, type NoiseSchedule, sigmaOf } from './schedule.js';
import { type Denoise, follow, type SamplerOptions, stepsTaken } from './trajectory.js';

/**
 * Samples by Euler steps that overshoot and add fresh noise (k-diffusion's `sample_euler_ancestral`), at the timesteps of
 * diffusers 0.14.
 *
 * @param denoise - The network, with guidance if any; called once an evaluation.
 * @param schedule - That of its training.
 * @returns Latents of the noise's shape.
 * @throws {@link InvalidInputError} for steps, strength or shapes out of range.
 * @throws {@link ModelOutputError} if the network gives another shape or numbers that are not finite; the signal's reason,
 *   between evaluations.
 */
export async function eulerAncestral(
  denoise: Denoise,
  schedule: NoiseSchedule,
  options: SamplerOptions,
): Promise<Tensor<'float32'>> {
  const levels = stepsTaken(schedule, options, (steps) => {
    const last = schedule.timesteps - 1;
    const gaps = Math.max(1, steps - 1);
    // i / gaps is 1 at the end to the bit: no timestep falls below 0.
    return Array.from({ length: steps }, (_, i) =>
      levelBetween(schedule, last - last * (i / gaps)),
    );
  });
  return follow(denoise, options, {
    levels,
    targets: [...levels.slice(1), CLEAN],
    // The algorithm starts from noise of deviation sigma on an unscaled picture.
    startDeviation: levels[0].noise,
    update: ({ latents, predicted, level, target }) => {
      const [from, to] = [sigmaOf(level), sigmaOf(target)];
      const up = to * Math.sqrt(1 - (to / from) ** 2);
      const down = Math.sqrt(to ** 2 - up ** 2);
      const fresh = up > 0 ? options.noise.next() : undefined;
      return latents.map(
        (value, i) =>
          target.signal *
          (value / level.signal + (down - from) * predicted[i] + up * (fresh?.[i] ?? 0)),
      );
    },
  });
}
