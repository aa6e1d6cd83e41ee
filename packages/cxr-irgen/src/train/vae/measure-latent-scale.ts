import { InvalidInputError, type LabelledImage, type TaskOptions, type Tensor } from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import { serializeGraph } from '@cxrkit/nn';
import {
  type PictureShape,
  pixelTensor,
  squarePicture,
} from '../../conditioning/square-picture.js';
import type { VaeConfig } from '../../network/vae/config.js';
import { vaeEncoderGraph } from '../../network/vae/graphs.js';
import { readScene } from '../shared/read-scene.js';
import { spreadOf } from '../shared/spread.js';

/** What {@link measureLatentScale} takes. */
export interface MeasureLatentScaleOptions extends TaskOptions {
  readonly config: VaeConfig;
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly fit: PictureShape['fit'];
  readonly items: readonly LabelledImage[];
  readonly seed: number;
  /** Most pictures. @defaultValue 256 */
  readonly pictures?: number;
  readonly threads?: number;
}

/**
 * Measures the factor that gives the latents of training pictures unit variance: 1 / standard deviation of samples of
 * the posterior over all components (Rombach et al. 2022, appendix G; there over one batch).
 *
 * @throws {@link InvalidInputError} if no picture is in the train split.
 */
export async function measureLatentScale(options: MeasureLatentScaleOptions): Promise<number> {
  const { config, weights, fit, items, seed, pictures = 256, threads, signal } = options;
  const training = items.filter(({ split }) => split === 'train');
  if (training.length === 0)
    throw new InvalidInputError('items', 'pictures of the train split', items.length);
  const limit = threads === undefined ? {} : { threads };
  await using runtime = await openRuntime({ device: 'cpu', signal, ...limit });
  const encoder = await runtime.load(serializeGraph(vaeEncoderGraph(config), { weights }).bytes);
  const chosen = spreadOf(training, pictures, seed);
  const sums = { count: 0, value: 0, square: 0 };
  for (const item of chosen) {
    const square = squarePicture(await readScene(item), { side: config.side, fit });
    const feeds = { pixels: pixelTensor([square], config.imageChannels) };
    const { mean, log_variance } = await encoder.run(feeds, { signal });
    for (let i = 0; i < mean.data.length; i++) {
      const value = Number(mean.data[i]);
      sums.count++;
      sums.value += value;
      // The variance of a sample is that of the means and of the noise.
      sums.square += value * value + Math.exp(Number(log_variance.data[i]));
    }
  }
  const average = sums.value / sums.count;
  return 1 / Math.sqrt(sums.square / sums.count - average * average);
}
