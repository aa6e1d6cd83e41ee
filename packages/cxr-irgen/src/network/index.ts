export { openBartStepper } from './bart/bart-stepper.js';
export {
  BART_BASE,
  type BartConfig,
  type BartPooling,
  bartConfigSchema,
} from './bart/config.js';
export { bartDecoder, type DecoderOptions } from './bart/decoder.js';
export { bartEncoder } from './bart/encoder.js';
export { type BartGraphName, bartCacheNames, bartGraphs } from './bart/graphs.js';
export {
  CLIP_VIT_B32,
  type ClipTextConfig,
  type ClipVisionConfig,
  clipTextConfigSchema,
  clipVisionConfigSchema,
  SD_TEXT_ENCODER,
} from './clip/config.js';
export { clipTextGraph, clipVisionGraph } from './clip/graphs.js';
export { type ClipText, clipText } from './clip/text.js';
export { clipVision } from './clip/vision.js';
export {
  type DenoiserConfig,
  denoiser,
  denoiserConfigSchema,
  denoiserGraph,
} from './denoiser.js';
export {
  type FlowConfig,
  PRIOR_VIT_B2,
  type PriorConfig,
  priorConfigSchema,
} from './prior/config.js';
export { priorGraph } from './prior/graph.js';
export { prior } from './prior/prior.js';
export { U_VIT_L2, type UVitConfig, uVitConfigSchema } from './u-vit/config.js';
export { uVit } from './u-vit/u-vit.js';
export { SD_UNET, type UNetConfig, uNetConfigSchema } from './unet/config.js';
export { uNet } from './unet/unet.js';
export { latentSide, SD_VAE, type VaeConfig, vaeConfigSchema } from './vae/config.js';
export { vaeDecoderGraph, vaeEncoderGraph } from './vae/graphs.js';
export { type Posterior, vaeDecoder, vaeEncoder } from './vae/vae.js';
