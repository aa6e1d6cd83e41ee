import type { ClipConfig, ClipPreprocessing } from '@cxrkit/clip-classifier';
import type { DetectorConfig } from '@cxrkit/detector';
import type { ReportGeneratorConfig } from '@cxrkit/report-gen';

const SMALL_TRUNK = {
  kind: 'resnet',
  block: 'basic',
  widths: [16, 32, 64, 128],
  stemWidth: 16,
} as const;

/** A detector that two cores train in an hour. */
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
}

/** A classifier that two cores train in an hour; the vocabulary is learned with that size. */
export const SMALL_CLIP: ClipTrainingConfig = {
  architecture: {
    image: {
      backbone: { ...SMALL_TRUNK, depths: [2, 2, 2, 2], widths: [24, 48, 96, 192], strides: [1, 2, 2, 2], stemWidth: 24 },
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

/** A decoder that two cores train in an hour; `regionFeatures` is the detector's and the vocabulary is learned. */
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
  selectionThreshold: 0,
  abnormalityThreshold: 0,
};
