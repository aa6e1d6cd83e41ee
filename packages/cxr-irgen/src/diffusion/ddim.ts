import { InvalidInputError, type Tensor } from '@cxrkit/core';
import { leadingLevels } from './leading-levels.js';
import type { NoiseSchedule } from './schedule.js';
import { cleanEstimate, type Denoise, follow, type SamplerOptions } from './trajectory.js';

/** Options of {@link ddim}. */
export interface DdimOptions extends SamplerOptions {
  /** How much fresh noise a step adds: 0 none, 1 as much as DDPM. @defaultValue 0 */
  readonly eta?: number;
}

/**
 * Samples by denoising diffusion implicit models (Song et al. 2021, equations 12 and 16), with the timesteps of diffusers
 * 0.14 for Stable Diffusion.
 *
 * @param denoise - The network, with guidance if any; called once an evaluation.
 * @param schedule - That of its training.
 * @returns Latents of the noise's shape.
 * @throws {@link InvalidInputError} for steps, eta, strength or shapes out of range.
 * @throws {@link ModelOutputError} if the network gives another shape or numbers that are not finite; the signal's reason,
 *   between evaluations.
 */
export async function ddim(
  denoise: Denoise,
  schedule: NoiseSchedule,
  options: DdimOptions,
): Promise<Tensor<'float32'>> {
  const { eta = 0, noise } = options;
  if (!(eta >= 0 && eta <= 1)) throw new InvalidInputError('eta', 'a number from 0 to 1', eta);
  const path = leadingLevels(schedule, options);
  return follow(denoise, options, {
    levels: path.slice(0, -1),
    targets: path.slice(1),
    update: ({ latents, predicted, level, target }) => {
      const clean = cleanEstimate(latents, predicted, level);
      const step = level.signal / target.signal;
      const deviation = eta * (target.noise / level.noise) * Math.sqrt(1 - step ** 2);
      const direction = Math.sqrt(target.noise ** 2 - deviation ** 2);
      const fresh = deviation > 0 ? noise.next() : undefined;
      return clean.map(
        (value, i) =>
          target.signal * value + direction * predicted[i] + deviation * (fresh?.[i] ?? 0),
      );
    },
  });
}
