export {
  type Classification,
  type ClassifyOptions,
  ClipClassifier,
  type LabelScore,
  type RankedItem,
} from './clip-classifier.js';
export type { ClipEncoders, EncodeOptions, ImageEncoding } from './encoders.js';
export {
  type LinearProbe,
  type ProbePrediction,
  parseProbe,
  predictProbe,
} from './linear-probe.js';
export { type LoadClipOptions, loadClipClassifier } from './load-clip-classifier.js';
export {
  type ClipConfig,
  type ClipPreprocessing,
  clipConfigSchema,
  clipPreprocessingSchema,
  R_CLIP,
} from './network/config.js';
export {
  CHEXZERO_TEMPLATES,
  ENSEMBLE_TEMPLATES,
  NO_FINDING_PROMPTS,
  type PromptPair,
  type PromptTemplates,
  promptPair,
  R_CLIP_TEMPLATES,
} from './prompts.js';
export {
  type LoadSupervisedOptions,
  loadSupervisedClassifier,
  type SupervisedClassifier,
} from './supervised/load-supervised-classifier.js';
export { type SupervisedConfig, supervisedConfigSchema } from './supervised/network.js';
