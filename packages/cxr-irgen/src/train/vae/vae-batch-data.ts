import { createRandom, float32, type LabelledImage, type Tensors } from '@cxrkit/core';
import { BatchSampler } from '@cxrkit/nn/train';
import type { PictureShape } from '../../conditioning/square-picture.js';
import { drawVaeView, SceneCache, type VaeAugmentation } from './vae-views.js';

/** Plain data that a batch worker is started with. */
export interface VaeBatchData {
  readonly items: readonly LabelledImage[];
  readonly shape: PictureShape;
  /** Side of the parts of pictures that are learned; the shape's for whole pictures. */
  readonly crop: number;
  readonly imageChannels: number;
  /** `[C, s, s]` of a latent. */
  readonly latent: readonly [number, number, number];
  readonly augmentation: VaeAugmentation;
  readonly batchSize: number;
  readonly shares: Readonly<Record<string, number>>;
  readonly seed: number;
}

/** Opens the batch maker: `pixels [N, C, crop, crop]` and the posterior's `noise [N, c, s, s]`. */
export async function openVaeBatches(
  data: VaeBatchData,
): Promise<(index: number) => Promise<Tensors>> {
  const { shape, crop, imageChannels, latent, augmentation, batchSize, seed } = data;
  const cache = new SceneCache(shape.side);
  const sampler = new BatchSampler(data.items, batchSize, seed, data.shares);
  const area = crop ** 2;
  return async (index) => {
    const pictures = await Promise.all(sampler.items(index).map((item) => cache.get(item)));
    const pixels = new Float32Array(batchSize * imageChannels * area);
    for (const [row, picture] of pictures.entries()) {
      const view = drawVaeView(
        picture,
        shape,
        crop,
        augmentation,
        createRandom(seed, 1, index, row),
      );
      for (let channel = 0; channel < imageChannels; channel++)
        pixels.set(view, (row * imageChannels + channel) * area);
    }
    const random = createRandom(seed, 2, index);
    const size = latent.reduce((product, dim) => product * dim, batchSize);
    return {
      pixels: float32(pixels, [batchSize, imageChannels, crop, crop]),
      noise: float32(
        Float32Array.from({ length: size }, () => random.normal()),
        [batchSize, ...latent],
      ),
    };
  };
}
