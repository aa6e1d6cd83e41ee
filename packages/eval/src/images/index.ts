export { type ClipScoreOptions, clipScore, type EmbeddingPair } from './clip-score.js';
export {
  type ExtractOptions,
  extractFeatures,
  extractStatistics,
  type FeatureExtractor,
} from './feature-extractor.js';
export {
  type FeatureStatistics,
  featureStatistics,
  mergeFeatureStatistics,
} from './feature-statistics.js';
export type { FeatureMatrix } from './features.js';
export { type FidAsyncOptions, fid, fidAsync } from './fid.js';
export type { ImagePair, ImagePixels } from './image-pair.js';
export { type InceptionScore, inceptionScore } from './inception-score.js';
export { type InfoNce, infoNce } from './info-nce.js';
export type { Kernel, MmdEstimator } from './kernel-mmd.js';
export { type KidOptions, type KidResult, type KidSubset, kid } from './kid.js';
export type { MatrixMultiplier } from './matrix-products.js';
export {
  type Memorisation,
  type MemorisationOptions,
  memorisation,
  type NearestDistances,
} from './memorisation.js';
export { type MsSsimOptions, msSsim } from './ms-ssim.js';
export {
  type MsSsimDiversity,
  msSsimDiversity,
  type PromptDiversity,
} from './ms-ssim-diversity.js';
export {
  type PrdcOptions,
  type PrecisionRecallDensityCoverage,
  precisionRecallDensityCoverage,
} from './precision-recall.js';
export { type PsnrOptions, psnr } from './psnr.js';
export {
  meanRank,
  meanReciprocalRank,
  medianRank,
  type RetrievalRanks,
  recallAt,
  retrievalRanks,
} from './retrieval.js';
export type { SimilarityConvention } from './similarity-window.js';
export { type SsimOptions, ssim } from './ssim.js';
export { vendi } from './vendi.js';
