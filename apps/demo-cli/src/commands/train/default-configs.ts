import type { ClipConfig, ClipPreprocessing } from '@cxrkit/clip-classifier';
import type { DetectorConfig } from '@cxrkit/detector';
import type { ReportGeneratorConfig } from '@cxrkit/report-gen';
import type { InitRules } from './initial-weights.js';
import type { ClipTrainingRules, DetectorTrainingRules } from './training-rules.js';

const SMALL_TRUNK = {
  kind: 'resnet',
  block: 'basic',
  widths: [16, 32, 64, 128],
  stemWidth: 16,
} as const;

/** A detector small enough for two cores; `findings` are those of the data. */
export const SMALL_DETECTOR: DetectorConfig = {
  side: 224,
  backbone: { ...SMALL_TRUNK, depths: [1, 1, 2, 2], strides: [1, 2, 2, 1] },
  anchors: { sizes: [16, 28, 44, 64, 90, 130], ratios: [0.4, 0.7, 1, 1.5, 2.5] },
  rpnWidth: 96,
  pooledSize: 6,
  headWidth: 192,
  regionFeatures: 128,
  findings: [],
  proposals: { beforeSuppression: 500, afterSuppression: 100, iouThreshold: 0.7 },
  mean: 0.471 * 255,
  deviation: 0.302 * 255,
};

/** Sizes of a classifier and of its pictures. */
export interface ClipTrainingConfig {
  readonly architecture: ClipConfig;
  readonly preprocessing: ClipPreprocessing;
  readonly init?: InitRules;
  readonly training?: ClipTrainingRules;
}

/** A classifier small enough for two cores; the vocabulary is learned with that size. */
export const SMALL_CLIP: ClipTrainingConfig = {
  architecture: {
    image: {
      backbone: {
        ...SMALL_TRUNK,
        depths: [2, 2, 2, 2],
        widths: [24, 48, 96, 192],
        strides: [1, 2, 2, 2],
        stemWidth: 24,
      },
      channels: 1,
    },
    text: {
      vocabulary: 768,
      width: 128,
      layers: 2,
      heads: 4,
      hidden: 256,
      maxLength: 64,
      epsilon: 1e-5,
    },
    embedding: 128,
  },
  preprocessing: { side: 160, mean: [0.5], deviation: [0.25] },
};

/** Sizes of a detector and how it is trained. */
export interface DetectorTrainingConfig {
  readonly architecture: DetectorConfig;
  readonly init?: InitRules;
  readonly training?: DetectorTrainingRules;
}

/** A decoder small enough for two cores; `regionFeatures` is the detector's and the vocabulary is learned. */
export const SMALL_REPORT_GENERATOR: ReportGeneratorConfig = {
  regionFeatures: SMALL_DETECTOR.regionFeatures,
  classifierWidths: [64, 32],
  width: 128,
  layers: 3,
  heads: 4,
  mlp: 512,
  vocabulary: 512,
  positions: 96,
  positionTable: 'wpe',
  epsilon: 1e-5,
  bosTokenId: 0,
  eosTokenId: 0,
  maxLength: 64,
  beams: 4,
  earlyStopping: false,
  selectionThreshold: 0,
  abnormalityThreshold: 0,
};
