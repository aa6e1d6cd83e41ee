import type { LabelledImage, TaskOptions, Tensor } from '@cxrkit/core';
import { InvalidInputError } from '@cxrkit/core';
import type { Device } from '@cxrkit/core/onnx';
import { Graph } from '@cxrkit/nn';
import {
  adamW,
  binaryCrossEntropy,
  buildTrainingStep,
  type TrainingResult,
  type TrainingStep,
  type TrainOptions,
  train,
  trainerOptions,
  warmCosineSchedule,
  weightedMean,
  workerBatches,
} from '@cxrkit/nn/train';
import type { ClipPreprocessing } from '../network/config.js';
import { type SupervisedConfig, supervisedLogits } from '../supervised/network.js';
import type { SupervisedBatchData } from './supervised-batch-data.js';
import { type AugmentOptions, DEFAULT_AUGMENTATION } from './views.js';

export interface TrainSupervisedOptions
  extends TaskOptions,
    Pick<TrainOptions, 'checkpointEvery' | 'stepsPerRun' | 'evaluate'> {
  readonly config: SupervisedConfig;
  readonly preprocessing: ClipPreprocessing;
  /** Pictures of the `train` split are used, the rest left alone. */
  readonly items: readonly LabelledImage[];
  readonly runFolder: string;
  /** Weight updates. */
  readonly updates: number;
  /** Pictures a batch. @defaultValue 32 */
  readonly batchSize?: number;
  /** Peak of a cosine with 5 % warm-up. @defaultValue 1e-3 */
  readonly learningRate?: number;
  /** @defaultValue 0.05 */
  readonly weightDecay?: number;
  readonly augmentation?: AugmentOptions;
  /** Frequency of each data set. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Several data sets in one batch, as batch normalisation needs it. @defaultValue true */
  readonly mixSources?: boolean;
  /** Decay of the average of the weights. @defaultValue 0.998 */
  readonly ema?: number;
  readonly seed: number;
  /** Factor of the learning rate by name; 0 freezes. @defaultValue 1 for all */
  readonly rate?: (name: string) => number;
  readonly initialWeights?: ReadonlyMap<string, Tensor>;
  readonly device?: Device;
  readonly threads?: number;
}

/**
 * Trains a plain classifier on labelled pictures by binary cross-entropy over the labels that are known.
 *
 * @throws {@link InvalidInputError} if no picture is in the train split.
 */
export async function trainSupervisedClassifier(
  options: TrainSupervisedOptions,
): Promise<TrainingResult> {
  const { config, preprocessing, items, batchSize = 32, learningRate = 1e-3, updates } = options;
  const training = items.filter(({ split }) => split === 'train');
  if (training.length === 0)
    throw new InvalidInputError('items', 'pictures of the train split', items.length);
  const module = new URL('./supervised-batch-worker.js', import.meta.url);
  const data: SupervisedBatchData = {
    ...{ items: training, labels: config.labels, preprocessing, batchSize, seed: options.seed },
    augmentation: options.augmentation ?? DEFAULT_AUGMENTATION,
    shares: options.shares ?? {},
    mixSources: options.mixSources ?? true,
  };
  await using batches = workerBatches({ module, data });
  return await train({
    ...trainerOptions(options),
    ...{ runFolder: options.runFolder, step: trainingStep(options, batchSize), batches, updates },
    schedule: warmCosineSchedule(learningRate, updates),
    settings: { batchSize, learningRate },
    seed: options.seed,
  });
}

function trainingStep(
  { config, preprocessing, weightDecay = 0.05, ema = 0.998, rate }: TrainSupervisedOptions,
  batchSize: number,
): TrainingStep {
  const graph = new Graph('training');
  const { side } = preprocessing;
  const dims = [batchSize, config.labels.length];
  const pixels = graph.input('pixel_values', 'float32', [batchSize, 1, side, side]);
  const labels = graph.input('labels', 'float32', dims);
  const known = graph.input('label_weights', 'float32', dims);
  const logits = supervisedLogits(pixels, config);
  const loss = weightedMean(binaryCrossEntropy(logits, labels), known);
  return buildTrainingStep(
    graph,
    { loss_labels: { value: loss } },
    { optimizer: adamW({ weightDecay }), clipNorm: 1, ema, ...(rate && { rate }) },
  );
}
