import { levelAt, type NoiseLevel, type NoiseSchedule } from './schedule.js';
import { type SamplerOptions, stepsTaken } from './trajectory.js';

/**
 * Spreads steps as diffusers' DDIM and PNDM do for Stable Diffusion (`steps_offset` 1, `set_alpha_to_one` false): every
 * floor(T / steps)-th timestep from 1 on, downwards, and at last the level of timestep 0.
 *
 * @returns The levels of the evaluations, and one more that the last of them leads to.
 */
export function leadingLevels(schedule: NoiseSchedule, options: SamplerOptions): NoiseLevel[] {
  const taken = stepsTaken(schedule, options, (steps) => {
    const ratio = Math.floor(schedule.timesteps / steps);
    return Array.from({ length: steps }, (_, i) => (steps - 1 - i) * ratio + 1);
  });
  return [...taken, 0].map((timestep) => levelAt(schedule, timestep));
}
