import {
  createRandom,
  type LabelledImage,
  type TaskOptions,
  type Tensor,
  type Tensors,
} from '@cxrkit/core';
import type { Device } from '@cxrkit/core/onnx';
import type { BatchSource, TrainOptions } from '@cxrkit/nn/train';
import { itemOrder } from './item-order.js';
import { repeated, repeatFactors } from './repeat-factors.js';

/** Options that the training of every part takes. */
export interface PartTrainingOptions
  extends TaskOptions,
    Pick<TrainOptions, 'checkpointEvery' | 'stepsPerRun'> {
  /** Holds state and curve; a run that was stopped goes on. */
  readonly runFolder: string;
  /** Weight updates. */
  readonly updates: number;
  readonly seed: number;
  readonly initialWeights?: ReadonlyMap<string, Tensor>;
  readonly device?: Device;
  readonly threads?: number;
}

/** Options of the trainings that see pictures through a trained autoencoder. */
export interface LatentTrainingOptions extends PartTrainingOptions {
  /** Source of the autoencoder's model folder. */
  readonly autoencoder: string;
  /** Holds what is computed once. @defaultValue `cache` in the run folder */
  readonly cacheFolder?: string;
  /** @defaultValue 5e-4 */
  readonly learningRate?: number;
  /** Frequency of each data set, of a random order; one of 0 is left out. @defaultValue the square root of its size */
  readonly shares?: Readonly<Record<string, number>>;
}

/** How {@link drawnBatches} draws. */
export interface DrawnBatchesOptions {
  readonly batchSize: number;
  readonly shares: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly rules: DrawingRules;
}

/** Rules of which picture comes when. */
export interface DrawingRules {
  /** Draws examples at random; else in their order, each epoch the same. */
  readonly shuffle: boolean;
  /**
   * Share of a data set's pictures below which a positive finding is rare; pictures with rare findings are drawn more often
   * (repeat factor sampling). Null: all alike; nothing to a fixed order.
   */
  readonly repeatBelow: number | null;
}

/** Of the random numbers that decide about repeats. */
const REPEATS_STREAM = 11;

/**
 * Batches of pictures of the train split.
 *
 * @param make - Makes a batch of rows of `items`.
 */
export function drawnBatches(
  items: readonly Pick<LabelledImage, 'split' | 'source' | 'findings'>[],
  { batchSize, shares, seed, rules: { shuffle, repeatBelow } }: DrawnBatchesOptions,
  make: (rows: readonly number[], index: number) => Tensors,
): BatchSource {
  const training = items.flatMap(({ split, source, findings }, row) =>
    split === 'train' ? [{ source, findings, row }] : [],
  );
  const rows =
    repeatBelow === null || !shuffle
      ? training
      : repeated(
          training,
          repeatFactors(training, repeatBelow),
          createRandom(seed, REPEATS_STREAM),
        );
  const order = itemOrder(rows, { isFixed: !shuffle, shares, seed });
  const rowsOf = (index: number): number[] =>
    Array.from({ length: batchSize }, (_, place) => rows[order(index * batchSize + place)].row);
  return {
    batch: async (index) => make(rowsOf(index), index),
    [Symbol.asyncDispose]: async () => {},
  };
}
