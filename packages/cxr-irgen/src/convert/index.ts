export type { ClipTokenizerFiles } from './clip-tokenizer.js';
export { type ConvertEncodersOptions, convertEncoders } from './convert-encoders.js';
export { type ConvertLanguageOptions, convertLanguage } from './convert-language.js';
export { type ConvertPriorOptions, convertPrior } from './convert-prior.js';
export { type ConvertVaeOptions, convertVae } from './convert-vae.js';
export { type ConvertVisionOptions, convertVision } from './convert-vision.js';
export { type ExportEncodersOptions, exportEncoders } from './export-encoders.js';
export { type ExportLanguageOptions, exportLanguage } from './export-language.js';
export { exportLanguageState, type LanguageStateOptions } from './export-language-state.js';
export { type ExportPriorOptions, exportPrior } from './export-prior.js';
export { type ExportVaeOptions, exportVae } from './export-vae.js';
export { type ExportVisionOptions, exportVision } from './export-vision.js';
export type { PartMeta } from './part-meta.js';
export {
  BART_NAMES,
  CLIP_TEXT_NAMES,
  CLIP_VISION_NAMES,
  PRIOR_NAMES,
  type PublishedNames,
  U_VIT_NAMES,
  UNET_NAMES,
  VAE_NAMES,
} from './published-names.js';
export { type CheckpointSource, type PartCheckpoint, readPart } from './read-part.js';
