export { findingStates } from './conditioning/finding-states.js';
export { CxrIrgen, type PartName } from './cxr-irgen.js';
export type {
  SynthesisRow,
  SynthesisSummary,
  SynthesizeDatasetOptions,
} from './dataset/dataset-options.js';
export {
  DATASET_IMAGE_FORMATS,
  type DatasetImageFormat,
  imageNumber,
} from './dataset/image-format.js';
export type { FindingCodes, ManifestEntry } from './dataset/manifest-entry.js';
export {
  addNoise,
  classifierFreeGuidance,
  type DdimOptions,
  type Denoise,
  type DpmSolverOptions,
  ddim,
  dpmSolverPlusPlus2M,
  eulerAncestral,
  type GuidanceOptions,
  type Inpainting,
  type LatentDims,
  levelAt,
  MAX_GUIDANCE,
  type NoiseLevel,
  type NoisePredictor,
  type NoiseSchedule,
  type NoiseSource,
  plms,
  type SamplerOptions,
  type SamplerStep,
  type ScaledLinearOptions,
  scaledLinearSchedule,
  seededNoise,
} from './diffusion/index.js';
export type { ReportOptions, WrittenReport } from './language/report-options.js';
export type { WriteReportOptions } from './language/report-writer.js';
export { type LoadCxrIrgenOptions, loadCxrIrgen } from './load-cxr-irgen.js';
export {
  BART_BASE,
  type BartConfig,
  type BartGraphName,
  type BartPooling,
  bartConfigSchema,
  bartDecoder,
  bartEncoder,
  bartGraphs,
  CLIP_VIT_B32,
  type ClipText,
  type ClipTextConfig,
  type ClipVisionConfig,
  clipText,
  clipTextConfigSchema,
  clipTextGraph,
  clipVision,
  clipVisionConfigSchema,
  clipVisionGraph,
  type DecoderOptions,
  type DenoiserConfig,
  denoiserConfigSchema,
  denoiserGraph,
  type FlowConfig,
  openBartStepper,
  type Posterior,
  PRIOR_VIT_B2,
  type PriorConfig,
  prior,
  priorConfigSchema,
  priorGraph,
  SD_TEXT_ENCODER,
  SD_UNET,
  SD_VAE,
  U_VIT_L2,
  type UNetConfig,
  type UVitConfig,
  uNet,
  uNetConfigSchema,
  uVit,
  uVitConfigSchema,
  type VaeConfig,
  vaeConfigSchema,
  vaeDecoder,
  vaeDecoderGraph,
  vaeEncoder,
  vaeEncoderGraph,
} from './network/index.js';
export {
  type Agreement,
  type FindingClassifier,
  type FindingLabeler,
  type Judges,
  judgeAgreement,
} from './pairs/agreement.js';
export type { GeneratedPair, GeneratePairsOptions, PairMaking } from './pairs/pair-options.js';
export type { PartOrigin } from './parts/architectures.js';
export { DENOISERS, type DenoiserName } from './parts/open-set.js';
export {
  type FindingState,
  type FindingStates,
  findingLike,
  formatFindings,
  PROMPT_FINDINGS,
  parseFindings,
  promptOf,
} from './prompt/index.js';
export { type PictureToRead, pictureId, type Reference } from './reference/reference.js';
export {
  type ReferenceRow,
  type ReferenceTable,
  type ReferenceTableOptions,
  referenceTable,
} from './reference/reference-table.js';
export type {
  GeneratedImage,
  GenerateImagesOptions,
  ImageMaking,
  ImageStart,
  ImageStep,
  ImageSubject,
} from './vision/image-options.js';
export type { EncodeLatentsOptions } from './vision/picture-codec.js';
export { SAMPLERS, type SamplerName, type SamplingOptions } from './vision/sampling.js';
