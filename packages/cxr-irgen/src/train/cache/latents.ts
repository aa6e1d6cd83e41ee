import type { LabelledImage, Random, TaskOptions } from '@cxrkit/core';
import type { Autoencoder } from '../../conditioning/autoencoder.js';
import { readScene } from '../shared/read-scene.js';
import { cachedRows, pictureKey } from './cached-rows.js';

/** Which point of the posterior stands for a picture. */
export type PosteriorPoint = 'mean' | 'sample';

/** Latents of pictures, row by row. */
export interface LatentTable {
  /** `[C, s, s]`. */
  readonly latent: readonly [number, number, number];
  readonly scale: number;
  readonly mean: readonly Float32Array[];
  readonly logVariance: readonly Float32Array[];
}

/** Encodes pictures, or reads what was encoded before by the same weights. */
export async function latentTable(
  items: readonly LabelledImage[],
  autoencoder: Autoencoder,
  folder: string,
  task: TaskOptions,
): Promise<LatentTable> {
  const { mean = [], log_variance = [] } = await cachedRows({
    ...task,
    ...{ folder, subject: 'latents', unit: 'images', items, keyOf: pictureKey },
    model: autoencoder.origin.sha256,
    compute: async (item) => {
      const { mean, logVariance } = await autoencoder.posterior(await readScene(item), task);
      return { mean, log_variance: logVariance };
    },
  });
  const { latent, config } = autoencoder;
  return { latent, scale: config.latentScale, mean, logVariance: log_variance };
}

/** Writes the scaled latents of a row at `offset` of `target`. */
export function copyLatents(
  { scale, mean, logVariance }: LatentTable,
  row: number,
  point: PosteriorPoint,
  random: Random,
  [target, offset]: readonly [Float32Array, number],
): void {
  const [middle, spread] = [mean[row], logVariance[row]];
  for (let i = 0; i < middle.length; i++) {
    const noise = point === 'sample' ? Math.exp(spread[i] / 2) * random.normal() : 0;
    target[offset + i] = scale * (middle[i] + noise);
  }
}
