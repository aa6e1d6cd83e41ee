import { join } from 'node:path';
import type { ClipConfig, ClipPreprocessing } from '@cxrkit/clip-classifier';
import { exportClipClassifier } from '@cxrkit/clip-classifier/convert';
import { trainingGraph as clipTrainingGraph, SMALL_SET_LOSS } from '@cxrkit/clip-classifier/train';
import { ANATOMICAL_REGIONS, type Tensor } from '@cxrkit/core';
import { createTokenizer, type TokenizerJson, trainByteBpe } from '@cxrkit/core/tokenizer';
import type { DetectorConfig } from '@cxrkit/detector';
import { exportDetector } from '@cxrkit/detector/convert';
import { trainingGraph as detectorTrainingGraph } from '@cxrkit/detector/train';
import type { Graph } from '@cxrkit/nn';
import { initializeWeights } from '@cxrkit/nn/train';
import { type ReportGeneratorConfig, RGRG } from '@cxrkit/report-gen';
import { exportReportGenerator } from '@cxrkit/report-gen/convert';
import { inferenceGraphs } from '../../../packages/report-gen/src/network/graphs.js';

const TEXTS = ['The lungs are clear.', 'No pleural effusion is seen.', 'findings suggesting edema'];
const FEATURES = 16;

const meta = {
  version: '0.0.1',
  licence: { weights: 'Apache-2.0', data: [] },
  provenance: { command: 'vitest', date: '2026-01-01', trainingData: [] },
  scores: [],
  intendedUse: 'Tests.',
};

const trunk = {
  kind: 'resnet',
  block: 'basic',
  depths: [1],
  widths: [8],
  strides: [2],
  stemWidth: 8,
} as const;

/** Sizes of {@link writeTinyModels}' detector. */
export const TINY_DETECTOR: DetectorConfig = {
  side: 64,
  backbone: trunk,
  anchors: { sizes: [16, 32], ratios: [1, 2] },
  rpnWidth: 8,
  pooledSize: 2,
  headWidth: 16,
  regionFeatures: FEATURES,
  findings: ['Pneumonia'],
  proposals: { beforeSuppression: 50, afterSuppression: 40, iouThreshold: 0.7 },
  mean: 120,
  deviation: 77,
};

/** Sizes of {@link writeTinyModels}' report generator. */
export const TINY_REPORT_SIZES: ReportGeneratorConfig = {
  ...RGRG,
  regionFeatures: FEATURES,
  classifierWidths: [8],
  width: 16,
  layers: 1,
  heads: 2,
  mlp: 32,
  vocabulary: 280,
  positions: 16,
  bosTokenId: 0,
  eosTokenId: 0,
  maxLength: 8,
  beams: 2,
};

/** Sizes of {@link writeTinyModels}' classifier. */
export const TINY_CLIP_SIZES: {
  readonly architecture: ClipConfig;
  readonly preprocessing: ClipPreprocessing;
} = {
  architecture: {
    image: { backbone: trunk, channels: 1 },
    text: {
      vocabulary: 280,
      width: 16,
      layers: 1,
      heads: 2,
      hidden: 32,
      maxLength: 48,
      epsilon: 1e-5,
    },
    embedding: 8,
  },
  preprocessing: { side: 32, mean: [0.5], deviation: [0.25] },
};

/** Writes the three stages with random weights: a models root as `--models` takes it, made in a second. */
export async function writeTinyModels(root: string): Promise<void> {
  await writeTinyDetector(join(root, 'detector'));
  await writeTinyReportGenerator(join(root, 'report-gen'));
  await writeTinyClassifier(join(root, 'clip-classifier'));
}

async function writeTinyDetector(out: string): Promise<void> {
  const shapes = { batchSize: 1, anchorSamples: 2, roiSamples: 2 };
  const { graph } = detectorTrainingGraph(TINY_DETECTOR, shapes, 1);
  await exportDetector({
    ...{ out, config: TINY_DETECTOR, weights: randomWeights([graph], 4) },
    trainedRegions: ANATOMICAL_REGIONS,
    meta: { ...meta, name: 'tiny-detector' },
  });
}

async function writeTinyReportGenerator(out: string): Promise<void> {
  const tokenizer = tinyTokenizer(['<|endoftext|>'], '<|endoftext|>');
  const vocabulary = createTokenizer(tokenizer).vocabularySize;
  const config = { ...TINY_REPORT_SIZES, vocabulary, selectionThreshold: -1e6 };
  const weights = randomWeights(Object.values(inferenceGraphs(config)), 1);
  await exportReportGenerator({
    ...{ out, weights, config, tokenizer },
    meta: { ...meta, name: 'tiny-report-gen' },
  });
}

async function writeTinyClassifier(out: string): Promise<void> {
  const tokenizer = tinyTokenizer(['[PAD]', '[CLS]', '[SEP]'], '[PAD]', ['[CLS]', '[SEP]']);
  const vocabulary = createTokenizer(tokenizer).vocabularySize;
  const { architecture, preprocessing } = TINY_CLIP_SIZES;
  const config = { ...architecture, text: { ...architecture.text, vocabulary } };
  const shapes = { batchSize: 2, side: 32, textLength: 8, promptLength: 8, findings: 2 };
  const { graph } = clipTrainingGraph(config, shapes, SMALL_SET_LOSS);
  await exportClipClassifier({
    ...{ out, config, preprocessing, tokenizer, weights: randomWeights([graph], 1) },
    meta: { ...meta, name: 'tiny-clip', labels: ['Pneumonia', 'Cardiomegaly', 'No Finding'] },
  });
}

/** Larger weights than a training starts from, so that outputs differ from place to place. */
function randomWeights(graphs: readonly Graph[], gain: number): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  for (const { parameters } of graphs)
    for (const [name, tensor] of initializeWeights(parameters, 7))
      weights.set(name, {
        ...tensor,
        data: (tensor.data as Float32Array).map((value) => gain * value),
      });
  return weights;
}

function tinyTokenizer(
  specialTokens: readonly string[],
  padToken: string,
  template?: readonly [string, string],
): TokenizerJson {
  return trainByteBpe(TEXTS, {
    vocabulary: 280,
    ...{ specialTokens, padToken },
    ...(template && { template }),
  });
}
