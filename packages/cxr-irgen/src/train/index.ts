export {
  Autoencoder,
  type OpenFrozenOptions,
  type Reconstruction,
} from '../conditioning/autoencoder.js';
export { LanguageModule } from '../conditioning/language-module.js';
export { type VisionNetwork, visionNetworkSchema } from '../conditioning/vision-network.js';
export { type BartConfig, bartConfigSchema } from '../network/bart/config.js';
export { type PriorConfig, priorConfigSchema } from '../network/prior/config.js';
export { type VaeConfig, vaeConfigSchema } from '../network/vae/config.js';
export {
  FAITHFUL_LANGUAGE,
  FAITHFUL_LANGUAGE_PACE,
  LANGUAGE_RULES,
  type LanguageRules,
} from './language/language-rules.js';
export {
  type SourcedText,
  type TrainLanguageOptions,
  trainLanguage,
} from './language/train-language.js';
export {
  FAITHFUL_PRIOR,
  FAITHFUL_PRIOR_PACE,
  PRIOR_RULES,
  type PriorRules,
} from './prior/prior-rules.js';
export type { ReportedImage } from './prior/prior-table.js';
export {
  type PriorTrainingResult,
  type TrainPriorOptions,
  trainPrior,
} from './prior/train-prior.js';
export type { LatentTrainingOptions, PartTrainingOptions } from './shared/part-training.js';
export type { PublishedPace } from './shared/step-options.js';
export {
  type MeasureLatentScaleOptions,
  measureLatentScale,
} from './vae/measure-latent-scale.js';
export { type TrainVaeOptions, trainVae } from './vae/train-vae.js';
export { VAE_LOSS, type VaeLossWeights } from './vae/vae-step.js';
export { MILD_AUGMENTATION, type VaeAugmentation } from './vae/vae-views.js';
export {
  type TrainVisionOptions,
  trainVision,
  type VisionTrainingResult,
} from './vision/train-vision.js';
export {
  FAITHFUL_VISION,
  FAITHFUL_VISION_PACE,
  VISION_RULES,
  type VisionRules,
} from './vision/vision-rules.js';
