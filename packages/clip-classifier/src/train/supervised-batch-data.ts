import type { LabelledImage, Tensors } from '@cxrkit/core';
import { BatchSampler } from '@cxrkit/nn/train';
import type { ClipPreprocessing } from '../network/config.js';
import { labelTensors, viewTensor } from './view-tensors.js';
import { type AugmentOptions, PictureCache } from './views.js';

/** Plain data that a batch worker is started with. */
export interface SupervisedBatchData {
  readonly items: readonly LabelledImage[];
  readonly labels: readonly string[];
  readonly preprocessing: ClipPreprocessing;
  readonly augmentation: AugmentOptions;
  readonly batchSize: number;
  readonly shares: Readonly<Record<string, number>>;
  readonly mixSources: boolean;
  readonly seed: number;
}

/** Opens the batch maker: `pixel_values [N, 1, S, S]`, `labels [N, F]`, `label_weights [N, F]`. */
export async function openSupervisedBatches(
  data: SupervisedBatchData,
): Promise<(index: number) => Promise<Tensors>> {
  const cache = new PictureCache(data.preprocessing.side);
  const sampler = new BatchSampler(
    data.items,
    data.batchSize,
    data.seed,
    data.shares,
    data.mixSources,
  );
  return async (index) => {
    const items = sampler.items(index);
    const pixels = await viewTensor(items, cache, index, { ...data, channels: 1, views: 1 });
    return { pixel_values: pixels, ...labelTensors(items, data.labels) };
  };
}
