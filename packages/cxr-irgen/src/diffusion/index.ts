export { type DdimOptions, ddim } from './ddim.js';
export { type DpmSolverOptions, dpmSolverPlusPlus2M } from './dpm-solver.js';
export { eulerAncestral } from './euler-ancestral.js';
export {
  classifierFreeGuidance,
  type GuidanceOptions,
  MAX_GUIDANCE,
  type NoisePredictor,
} from './guidance.js';
export type { Inpainting } from './inpainting.js';
export { type LatentDims, type NoiseSource, seededNoise } from './noise-source.js';
export { plms } from './plms.js';
export {
  levelAt,
  type NoiseLevel,
  type NoiseSchedule,
  type ScaledLinearOptions,
  scaledLinearSchedule,
} from './schedule.js';
export { addNoise, type Denoise, type SamplerOptions, type SamplerStep } from './trajectory.js';
