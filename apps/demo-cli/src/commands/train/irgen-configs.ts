import type {
  BartConfig,
  PriorConfig,
  PriorRules,
  VaeConfig,
  VisionNetwork,
  VisionRules,
} from '@cxrkit/cxr-irgen/train';
import type { InitRules } from './initial-weights.js';
import type { LanguageTraining, PartTraining, VaeTrainingRules } from './irgen-rules.js';

/** Sizes of an autoencoder and how it is trained; its `latentScale` is measured. */
export interface VaeTrainingConfig {
  readonly architecture: VaeConfig;
  readonly init?: InitRules;
  readonly training?: VaeTrainingRules;
}

/** Sizes of a denoiser and how it is trained. */
export interface VisionTrainingConfig {
  readonly architecture: VisionNetwork;
  readonly init?: InitRules;
  readonly training?: PartTraining<VisionRules>;
}

/** Sizes of a language module and how it is trained; its vocabulary is learned with that size, or lies beside the weights of `--init`. */
export interface LanguageTrainingConfig {
  readonly architecture: BartConfig;
  readonly init?: InitRules;
  readonly training?: LanguageTraining;
}

/** Sizes of a prior and how it is trained. */
export interface PriorTrainingConfig {
  readonly architecture: PriorConfig;
  readonly init?: InitRules;
  readonly training?: PartTraining<PriorRules>;
}

/** An autoencoder small enough for two cores. */
export const SMALL_VAE: VaeTrainingConfig = {
  architecture: {
    imageChannels: 1,
    side: 256,
    channels: [8, 16, 32, 64],
    layersPerLevel: 1,
    groups: 2,
    latentChannels: 4,
    latentScale: 1,
    attention: false,
  },
};

const MAP = { side: 32, latentChannels: 4 } as const;
// Of the mini classifier; the scale is the square root of the width.
const CONDITIONS = {
  textLength: 64,
  textWidth: 128,
  nullReference: 'learned',
  conditionScale: 11.3137,
} as const;

/** Denoisers small enough for two cores, by `--arch`. */
export const SMALL_DENOISERS: Readonly<Record<'u-vit' | 'sd-unet', VisionTrainingConfig>> = {
  'u-vit': {
    architecture: {
      ...CONDITIONS,
      denoiser: {
        ...{ kind: 'u-vit', ...MAP, patch: 4, width: 256, depth: 8, heads: 4, mlp: 1024 },
        ...{ contextTokens: 1, contextWidth: 128 },
      },
    },
  },
  'sd-unet': {
    architecture: {
      ...CONDITIONS,
      denoiser: {
        ...{ kind: 'sd-unet', ...MAP, channels: [32, 64, 96], attention: [false, true, true] },
        ...{ layersPerLevel: 1, heads: 4, groups: 8, contextWidth: 128 },
      },
    },
  },
};

/** A language module small enough for two cores. */
export const SMALL_LANGUAGE: LanguageTrainingConfig = {
  architecture: {
    ...{ vocabulary: 640, width: 128, encoderLayers: 3, decoderLayers: 3, heads: 4, mlp: 512 },
    ...{ positions: 192, epsilon: 1e-5, bosTokenId: 0, padTokenId: 1, eosTokenId: 2 },
    ...{ maxLength: 192, pooling: 'mean' },
  },
};

/** A prior small enough for two cores. */
export const SMALL_PRIOR: PriorTrainingConfig = {
  architecture: {
    ...{ ...MAP, patch: 4, width: 128, layers: 6, heads: 4, mlp: 512, epsilon: 1e-12 },
    ...{ outputWidth: 128, outputActivation: 'none', readsFindings: true },
    flow: { width: 256, blocks: 4, steps: 20, deviation: 0.38, guidance: 3 },
  },
};
