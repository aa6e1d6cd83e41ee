import type { LabelledImage, TaskOptions, Tensor } from '@cxrkit/core';
import { InvalidInputError } from '@cxrkit/core';
import type { Device } from '@cxrkit/core/onnx';
import { createTokenizer, type TokenizerJson } from '@cxrkit/core/tokenizer';
import {
  adamW,
  buildTrainingStep,
  type TrainingContext,
  type TrainingResult,
  train,
  trainerOptions,
  warmCosineSchedule,
  workerBatches,
} from '@cxrkit/nn/train';
import type { ClipConfig, ClipPreprocessing } from '../network/config.js';
import type { ClipBatchData } from './batch-data.js';
import { type LossWeights, trainingGraph } from './training-graph.js';
import { type AugmentOptions, DEFAULT_AUGMENTATION } from './views.js';

export interface TrainClipOptions extends TaskOptions {
  readonly config: ClipConfig;
  readonly preprocessing: ClipPreprocessing;
  readonly tokenizer: TokenizerJson;
  /** Pictures of the `train` split are used, the rest left alone. */
  readonly items: readonly LabelledImage[];
  /** Findings of the prompt loss. */
  readonly findings: readonly string[];
  readonly runFolder: string;
  /** Weight updates. */
  readonly updates: number;
  /** Pictures a batch, each in two views. @defaultValue 32 */
  readonly batchSize?: number;
  /** Peak of a cosine with 5 % warm-up. @defaultValue 1e-3 */
  readonly learningRate?: number;
  /** @defaultValue 0.05 */
  readonly weightDecay?: number;
  readonly loss?: LossWeights;
  readonly augmentation?: AugmentOptions;
  /** Texts that fit several pictures of a batch match them all. @defaultValue true */
  readonly mergeMatches?: boolean;
  /** Frequency of each data set. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Several data sets in one batch, as batch normalisation needs it. @defaultValue false */
  readonly mixSources?: boolean;
  /** Decay of the average of the weights. @defaultValue 0.998 */
  readonly ema?: number;
  readonly seed: number;
  /** Factor of the learning rate by name; 0 freezes, such as a pretrained trunk's first layers. @defaultValue 1 for all */
  readonly rate?: (name: string) => number;
  readonly initialWeights?: ReadonlyMap<string, Tensor>;
  readonly checkpointEvery?: number;
  /** Updates in one run of the device. @defaultValue 1 */
  readonly stepsPerRun?: number;
  readonly evaluate?: {
    readonly every: number;
    readonly run: (context: TrainingContext) => Promise<Readonly<Record<string, number>>>;
  };
  readonly device?: Device;
  readonly threads?: number;
}

/** Our loss for small sets: the R-CLIP terms and the prompt pairs. */
export const SMALL_SET_LOSS: LossWeights = {
  imageText: 0.5,
  imageImage: 0.25,
  textText: 0.25,
  prompts: 4,
};

const TEXT_LENGTH = 40;
const PROMPT_LENGTH = 16;

/**
 * Trains R-CLIP on labelled pictures; texts are worded from the labels anew for every batch.
 *
 * @throws {@link InvalidInputError} if no picture is in the train split or the vocabulary has another size than the config.
 */
export async function trainClipClassifier(options: TrainClipOptions): Promise<TrainingResult> {
  const { config, preprocessing, findings, batchSize = 32, learningRate = 1e-3, updates } = options;
  checkOptions(options);
  const shapes = {
    batchSize,
    side: preprocessing.side,
    textLength: TEXT_LENGTH,
    promptLength: PROMPT_LENGTH,
    findings: findings.length,
  };
  const { graph, losses } = trainingGraph(config, shapes, options.loss ?? SMALL_SET_LOSS);
  const step = buildTrainingStep(graph, losses, {
    optimizer: adamW({ weightDecay: options.weightDecay ?? 0.05 }),
    clipNorm: 1,
    ema: options.ema ?? 0.998,
    ...(options.rate && { rate: options.rate }),
  });
  const module = new URL('./batch-worker.js', import.meta.url);
  await using batches = workerBatches({ module, data: batchData(options, batchSize) });
  return await train({
    ...trainerOptions(options),
    runFolder: options.runFolder,
    step,
    batches,
    updates,
    schedule: warmCosineSchedule(learningRate, updates),
    settings: { batchSize, learningRate },
    seed: options.seed,
  });
}

function checkOptions({ items, config, tokenizer }: TrainClipOptions): void {
  if (!items.some(({ split }) => split === 'train'))
    throw new InvalidInputError(
      'items',
      'at least one picture of the train split',
      `${items.length} of other splits`,
    );
  const { vocabularySize } = createTokenizer(tokenizer);
  if (vocabularySize !== config.text.vocabulary)
    throw new InvalidInputError(
      'config.text.vocabulary',
      `the tokenizer's size ${vocabularySize}`,
      config.text.vocabulary,
    );
}

function batchData(options: TrainClipOptions, batchSize: number): ClipBatchData {
  return {
    items: options.items.filter(({ split }) => split === 'train'),
    findings: options.findings,
    tokenizer: options.tokenizer,
    preprocessing: options.preprocessing,
    channels: options.config.image.channels,
    augmentation: options.augmentation ?? DEFAULT_AUGMENTATION,
    batchSize,
    textLength: TEXT_LENGTH,
    promptLength: PROMPT_LENGTH,
    mergeMatches: options.mergeMatches ?? true,
    shares: options.shares ?? {},
    mixSources: options.mixSources ?? false,
    seed: options.seed,
  };
}
