import {
  InvalidInputError,
  type LabelledImage,
  type TaskOptions,
  type Tensor,
  type Tensors,
} from '@cxrkit/core';
import type { Device, OnnxSession } from '@cxrkit/core/onnx';
import { Graph, serializeGraph } from '@cxrkit/nn';
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
import type { DetectorConfig } from '../network/config.js';
import { trunk } from '../network/trunk.js';
import {
  type DetectorAugmentation,
  type DetectorBatchData,
  SMALL_SET_AUGMENTATION,
} from './batch-data.js';
import { roiSampler } from './sample-rois.js';
import { type DetectorShapes, trainingGraph } from './training-graph.js';

export interface TrainDetectorOptions extends TaskOptions {
  readonly config: DetectorConfig;
  /** Pictures of the `train` split are used; those without `boxes01` teach the finding head nothing and are refused. */
  readonly items: readonly LabelledImage[];
  readonly runFolder: string;
  /** Weight updates. */
  readonly updates: number;
  /** @defaultValue 8 */
  readonly batchSize?: number;
  /** Peak of a cosine with 5 % warm-up. @defaultValue 1e-3, RGRG's */
  readonly learningRate?: number;
  /** @defaultValue 0.01 */
  readonly weightDecay?: number;
  /** Anchors and proposals sampled in an image. @defaultValue 128 and 64 (RGRG 256 and 512) */
  readonly anchorSamples?: number;
  readonly roiSamples?: number;
  /** Weight of the findings' loss. @defaultValue 1 */
  readonly findingWeight?: number;
  readonly augmentation?: DetectorAugmentation;
  readonly shares?: Readonly<Record<string, number>>;
  /** Decay of the average of the weights. @defaultValue 0.998 */
  readonly ema?: number;
  readonly seed: number;
  /** Factor of the learning rate by name; 0 freezes, such as a pretrained trunk's first layers. @defaultValue 1 for all */
  readonly rate?: (name: string) => number;
  /** Weights to start from, such as a backbone. */
  readonly initialWeights?: ReadonlyMap<string, Tensor>;
  readonly checkpointEvery?: number;
  readonly evaluate?: {
    readonly every: number;
    readonly run: (context: TrainingContext) => Promise<Readonly<Record<string, number>>>;
  };
  readonly device?: Device;
  readonly threads?: number;
}

/**
 * Trains the detector: proposals come from the current weights before each update, their sampling is seeded.
 *
 * @throws {@link InvalidInputError} if no picture of the train split has boxes.
 */
export async function trainDetector(options: TrainDetectorOptions): Promise<TrainingResult> {
  const { config, updates, seed, learningRate = 1e-3, findingWeight = 1 } = options;
  const { batchSize = 8, anchorSamples = 128, roiSamples = 64 } = options;
  const items = options.items.filter(
    ({ split, boxes01 }) => split === 'train' && boxes01 !== undefined,
  );
  if (items.length === 0)
    throw new InvalidInputError(
      'items',
      'pictures of the train split with boxes01',
      `${options.items.length} without`,
    );
  const shapes: DetectorShapes = { batchSize, anchorSamples, roiSamples };
  const { graph, losses } = trainingGraph(config, shapes, findingWeight);
  const step = buildTrainingStep(graph, losses, {
    optimizer: adamW({ weightDecay: options.weightDecay ?? 0.01 }),
    clipNorm: 5,
    ema: options.ema ?? 0.998,
    ...(options.rate && { rate: options.rate }),
  });
  const data: DetectorBatchData = {
    items,
    config,
    augmentation: options.augmentation ?? SMALL_SET_AUGMENTATION,
    batchSize,
    shares: options.shares ?? {},
    anchorSamples,
    seed,
  };
  await using batches = workerBatches({
    module: new URL('./batch-worker.js', import.meta.url),
    data,
  });
  return await train({
    ...trainerOptions(options),
    runFolder: options.runFolder,
    step,
    batches,
    prepare: proposer(config, shapes, seed),
    updates,
    schedule: warmCosineSchedule(learningRate, updates),
    settings: { batchSize, learningRate },
    seed,
  });
}

/** Runs trunk and proposal network with the weights as they are now, then samples boxes. */
function proposer(
  config: DetectorConfig,
  shapes: DetectorShapes,
  seed: number,
): (batch: Tensors, context: TrainingContext) => Promise<Tensors> {
  const graph = new Graph('inference');
  const pixels = graph.input('pixel_values', 'float32', [
    shapes.batchSize,
    1,
    config.side,
    config.side,
  ]);
  const { objectness, deltas } = trunk(pixels, config);
  graph.output('objectness', objectness);
  graph.output('deltas', deltas);
  const { bytes, inputs } = serializeGraph(graph);
  const from = Object.fromEntries(
    inputs.filter((name) => name !== 'pixel_values').map((name) => [name, name]),
  );
  const sample = roiSampler(config, shapes, seed);
  let session: Promise<OnnxSession> | undefined;
  return async (batch, { runtime, update }) => {
    session ??= runtime.load(bytes);
    const proposals = await (await session).run({ pixel_values: batch.pixel_values }, { from });
    const { region_boxes, region_mask, ...complete } = sample(batch, proposals, update);
    // The boxes were for the host; the mask is for the findings' loss only.
    return config.findings.length > 0 ? { ...complete, region_mask } : complete;
  };
}
