import { InvalidInputError, type Tensor } from '@cxrkit/core';
import {
  type Denoise,
  ddim,
  dpmSolverPlusPlus2M,
  eulerAncestral,
  MAX_GUIDANCE,
  type NoiseSchedule,
  plms,
  type SamplerOptions,
} from '../diffusion/index.js';

/** Names of the samplers, as options take them. */
export const SAMPLERS = ['plms', 'ddim', 'dpm-solver++', 'euler-ancestral'] as const;

/** Name of a sampler of {@link SAMPLERS}. */
export type SamplerName = (typeof SAMPLERS)[number];

/** How noise becomes an image. */
export interface SamplingOptions {
  /** `faithful` samples as CXR-IRGen: PLMS, 50 steps, guidance 7.5; single options still win. @defaultValue none */
  readonly preset?: 'faithful' | undefined;
  /** @defaultValue 'dpm-solver++' */
  readonly sampler?: SamplerName | undefined;
  /** From 1 to T - 1. @defaultValue 20 */
  readonly steps?: number | undefined;
  /** How far to go beyond the unguided image, 0 to 50; 1 is none. @defaultValue the model's, else 4 */
  readonly guidance?: number | undefined;
  /** Of `ddim`: fresh noise in each step, 0 to 1. @defaultValue 0 */
  readonly eta?: number | undefined;
  /** Of `dpm-solver++`: spreads the steps by Karras et al. 2022. @defaultValue false */
  readonly karras?: boolean | undefined;
  /**
   * Where images begin: in noise with a `trace` of the reference, or without one of the typical picture, as faint as the
   * denoiser sees pictures at the first timestep; or in `noise` alone. The schedule leaves a trace of the picture at its end,
   * so that a denoiser which meets noise alone draws the average of what it knows (Lin et al. 2024). @defaultValue 'trace',
   * with the preset faithful 'noise'
   */
  readonly begin?: 'trace' | 'noise' | undefined;
  /**
   * What guidance leads away from. `empty` is the empty prompt without a reference. `published` is what CXR-IRGen takes, of
   * the encoders of Stable Diffusion only: an `sd-unet` meets a padding token's state in the place of the reference, a `u-vit`
   * the vector of a text of nothing but end tokens, whole instead of halved. @defaultValue 'empty'; with the preset
   * faithful 'published' where the encoders are those of Stable Diffusion
   */
  readonly nullCondition?: NullCondition | undefined;
}

/** Names of unconditional rows. */
export type NullCondition = 'empty' | 'published';

/** What a model says of its sampling. */
export interface ModelSampling {
  /** That its manifest recommends. */
  readonly guidance: number | undefined;
  /** Whether its encoders can make the published unconditional row. */
  readonly hasPublishedNull: boolean;
}

/** {@link SamplingOptions} with nothing left open. */
export interface Sampling {
  readonly sampler: SamplerName;
  readonly steps: number;
  readonly guidance: number;
  readonly eta: number;
  readonly karras: boolean;
  readonly begin: 'trace' | 'noise';
  readonly nullCondition: NullCondition;
}

const FAITHFUL = { sampler: 'plms', steps: 50, guidance: 7.5, begin: 'noise' } as const;
const DEFAULT = { sampler: 'dpm-solver++', steps: 20, guidance: 4, begin: 'trace' } as const;

/**
 * Fills in what was left open and refuses what cannot be, before anything is computed.
 *
 * @throws {@link InvalidInputError} naming the option.
 */
export function settleSampling(
  options: SamplingOptions,
  { timesteps }: NoiseSchedule,
  { guidance: modelGuidance, hasPublishedNull }: ModelSampling,
): Sampling {
  const { preset } = options;
  if (preset !== undefined && preset !== 'faithful')
    throw new InvalidInputError('preset', "'faithful'", preset);
  const base =
    preset === 'faithful' ? FAITHFUL : { ...DEFAULT, guidance: modelGuidance ?? DEFAULT.guidance };
  const { sampler = base.sampler, steps = base.steps, guidance = base.guidance } = options;
  const { begin = base.begin, eta = 0, karras = false } = options;
  if (!SAMPLERS.includes(sampler))
    throw new InvalidInputError('sampler', `one of ${SAMPLERS.join(', ')}`, sampler);
  if (!Number.isInteger(steps) || steps < 1 || steps >= timesteps)
    throw new InvalidInputError('steps', `a whole number from 1 to ${timesteps - 1}`, steps);
  if (!(guidance >= 0 && guidance <= MAX_GUIDANCE))
    throw new InvalidInputError('guidance', `a number from 0 to ${MAX_GUIDANCE}`, guidance);
  if (begin !== 'trace' && begin !== 'noise')
    throw new InvalidInputError('begin', 'trace or noise', begin);
  checkOfSampler(sampler, options);
  const nullCondition = settleNull(options, hasPublishedNull);
  return { sampler, steps, guidance, eta, karras, begin, nullCondition };
}

function settleNull(
  { preset, nullCondition }: SamplingOptions,
  hasPublishedNull: boolean,
): NullCondition {
  const isPublished = preset === 'faithful' && hasPublishedNull;
  const chosen = nullCondition ?? (isPublished ? 'published' : 'empty');
  if (chosen !== 'empty' && chosen !== 'published')
    throw new InvalidInputError('nullCondition', 'empty or published', chosen);
  if (chosen === 'published' && !hasPublishedNull)
    throw new InvalidInputError(
      'nullCondition',
      'empty, as only the encoders of Stable Diffusion make the published one',
      chosen,
      'Give a set that was converted, or leave it out.',
    );
  return chosen;
}

/** Refuses what only another sampler takes. */
function checkOfSampler(sampler: SamplerName, { eta, karras }: SamplingOptions): void {
  if (eta !== undefined && sampler !== 'ddim')
    throw new InvalidInputError('eta', 'it with the sampler ddim only', `${eta} with ${sampler}`);
  if (eta !== undefined && !(eta >= 0 && eta <= 1))
    throw new InvalidInputError('eta', 'a number from 0 to 1', eta);
  if (karras && sampler !== 'dpm-solver++')
    throw new InvalidInputError('karras', 'it with the sampler dpm-solver++ only', sampler);
}

/** Runs the sampler that was asked for. */
export function runSampler(
  { sampler, eta, karras }: Sampling,
  denoise: Denoise,
  schedule: NoiseSchedule,
  options: SamplerOptions,
): Promise<Tensor<'float32'>> {
  switch (sampler) {
    case 'plms':
      return plms(denoise, schedule, options);
    case 'ddim':
      return ddim(denoise, schedule, { ...options, eta });
    case 'dpm-solver++':
      return dpmSolverPlusPlus2M(denoise, schedule, { ...options, karras });
    case 'euler-ancestral':
      return eulerAncestral(denoise, schedule, options);
  }
}
