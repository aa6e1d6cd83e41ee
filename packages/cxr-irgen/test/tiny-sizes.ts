import { createRandom, type Tensor } from '@cxrkit/core';
import type { Graph } from '@cxrkit/nn';
import { initializeWeights } from '@cxrkit/nn/train';
import type {
  BartConfig,
  PriorConfig,
  UNetConfig,
  UVitConfig,
  VaeConfig,
} from '../src/network/index.js';

/** Sizes that all parts of the tiny set share. */
export const TINY = {
  /** Of images. */
  side: 32,
  latentSide: 8,
  latentChannels: 4,
  /** Of prompts and reference vectors. */
  width: 12,
  textLength: 64,
  pictureSide: 16,
  /** Of sentence vectors. */
  sentence: 16,
} as const;

export const TINY_VAE: VaeConfig = {
  ...{ imageChannels: 1, side: TINY.side, channels: [4, 8, 8], layersPerLevel: 1, groups: 4 },
  ...{ latentChannels: TINY.latentChannels, latentScale: 0.5, attention: false },
};

export const TINY_U_VIT: UVitConfig = {
  ...{ kind: 'u-vit', side: TINY.latentSide, latentChannels: TINY.latentChannels, patch: 2 },
  ...{ width: 16, depth: 2, heads: 2, mlp: 32, contextTokens: 1, contextWidth: TINY.width },
};

export const TINY_UNET: UNetConfig = {
  ...{ kind: 'sd-unet', side: TINY.latentSide, latentChannels: TINY.latentChannels },
  ...{ channels: [8, 16], attention: [true, false], layersPerLevel: 1, heads: 2, groups: 4 },
  contextWidth: TINY.width,
};

export const TINY_BART: BartConfig = {
  ...{ vocabulary: 280, width: TINY.sentence, encoderLayers: 1, decoderLayers: 2, heads: 2 },
  ...{ mlp: 32, positions: 24, epsilon: 1e-5, bosTokenId: 0, padTokenId: 1, eosTokenId: 2 },
  ...{ maxLength: 20, pooling: 'mean' },
};

export const TINY_PRIOR: PriorConfig = {
  ...{ side: TINY.latentSide, latentChannels: TINY.latentChannels, patch: 2, width: 16 },
  ...{ layers: 1, heads: 2, mlp: 32, epsilon: 1e-12 },
  ...{ outputWidth: TINY.sentence, outputActivation: 'none' },
};

/** What every tiny model says of itself. */
export const META = {
  version: '0.0.1',
  licence: { weights: 'Apache-2.0', data: [] },
  provenance: { command: 'vitest', date: '2026-01-01', trainingData: [] },
  scores: [],
  intendedUse: 'Tests.',
} as const;

/** Weights that are nowhere zero, so that every input matters. */
export function randomWeights(graphs: readonly Graph[], seed: number): Map<string, Tensor> {
  const random = createRandom(seed);
  const weights = new Map<string, Tensor>();
  for (const { parameters } of graphs)
    for (const [name, tensor] of initializeWeights(parameters, seed)) {
      const data = (tensor.data as Float32Array).map((value) => value + 0.1 * random.normal());
      weights.set(name, { ...tensor, data });
    }
  return weights;
}
