import { type BackboneConfig, backboneSchema, RESNET_50 } from '@cxrkit/nn';
import { z } from 'zod';

const size = z.int().positive();

/** Sizes of the region detector; RGRG's are {@link RGRG_DETECTOR}. */
export const detectorConfigSchema: z.ZodType<DetectorConfig> = z.strictObject({
  /** Side of the square canvas in pixels. */
  side: size,
  backbone: backboneSchema,
  anchors: z.strictObject({
    sizes: z.array(z.number().positive()).min(1),
    ratios: z.array(z.number().positive()).min(1),
  }),
  rpnWidth: size,
  pooledSize: size,
  headWidth: size,
  regionFeatures: size,
  findings: z.array(z.string()),
  proposals: z.strictObject({
    beforeSuppression: size,
    afterSuppression: size,
    iouThreshold: z.number().min(0).max(1),
  }),
  mean: z.number(),
  deviation: z.number().positive(),
});

export interface DetectorConfig {
  /** Side of the square canvas in pixels. */
  readonly side: number;
  readonly backbone: BackboneConfig;
  /** Sizes in canvas pixels, ratios height over width; see `cellAnchors`. */
  readonly anchors: { readonly sizes: readonly number[]; readonly ratios: readonly number[] };
  /** Channels of the proposal network's 3x3 convolution. */
  readonly rpnWidth: number;
  /** Bins along each side of a pooled region. */
  readonly pooledSize: number;
  /** Width of fc6 and fc7. */
  readonly headWidth: number;
  /** Width of the region features handed to report generation. */
  readonly regionFeatures: number;
  /**
   * Findings of the weakly supervised head on the region features; empty in RGRG. With it the features of a small
   * detector know disease, since image labels reach them through a log-sum-exp over the regions.
   */
  readonly findings: readonly string[];
  readonly proposals: {
    readonly beforeSuppression: number;
    readonly afterSuppression: number;
    readonly iouThreshold: number;
  };
  /** Grey levels become (x - mean) / deviation. */
  readonly mean: number;
  readonly deviation: number;
}

/** RGRG's detector (`src/object_detector/object_detector.py`); 29 regions, 512 pixels, ResNet-50. */
export const RGRG_DETECTOR: DetectorConfig = {
  side: 512,
  backbone: { kind: 'resnet', ...RESNET_50 },
  anchors: {
    sizes: [20, 40, 60, 80, 100, 120, 140, 160, 180, 300],
    ratios: [0.2, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.3, 1.5, 2.1, 2.6, 3.0, 5.0, 8.0],
  },
  rpnWidth: 2048,
  pooledSize: 8,
  headWidth: 1024,
  regionFeatures: 1024,
  findings: [],
  proposals: { beforeSuppression: 1000, afterSuppression: 1000, iouThreshold: 0.7 },
  mean: 0.471 * 255,
  deviation: 0.302 * 255,
};

/** Anchors a cell. */
export function anchorCount({ anchors }: DetectorConfig): number {
  return anchors.sizes.length * anchors.ratios.length;
}
