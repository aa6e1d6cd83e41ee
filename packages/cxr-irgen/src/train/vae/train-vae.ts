import { InvalidInputError, type LabelledImage } from '@cxrkit/core';
import {
  type TrainingResult,
  train,
  trainerOptions,
  warmCosineSchedule,
  workerBatches,
} from '@cxrkit/nn/train';
import type { PictureShape, SquareFit } from '../../conditioning/square-picture.js';
import { latentSide, type VaeConfig } from '../../network/vae/config.js';
import type { PartTrainingOptions } from '../shared/part-training.js';
import { runSettings } from '../shared/run-settings.js';
import { spreadOf } from '../shared/spread.js';
import type { VaeBatchData } from './vae-batch-data.js';
import { vaePsnr } from './vae-psnr.js';
import { VAE_LOSS, type VaeLossWeights, vaeStep } from './vae-step.js';
import { MILD_AUGMENTATION, type VaeAugmentation } from './vae-views.js';

/** What {@link trainVae} takes. */
export interface TrainVaeOptions extends PartTrainingOptions {
  /** `latentScale` plays no part; measure it afterwards by {@link measureLatentScale}. */
  readonly config: VaeConfig;
  /** Pictures of the `train` split are learned; some of `val` are evaluated. */
  readonly items: readonly LabelledImage[];
  /** Pictures a batch. @defaultValue 4 */
  readonly batchSize?: number;
  /** Peak of a cosine with 5 % warm-up. @defaultValue 1e-3 */
  readonly learningRate?: number;
  /** @defaultValue 0 */
  readonly weightDecay?: number;
  /** @defaultValue {@link VAE_LOSS} */
  readonly loss?: VaeLossWeights;
  /** @defaultValue 'cover' */
  readonly fit?: SquareFit;
  /**
   * Learns from square parts of the pictures with this side in pixels: a quarter of the area takes a quarter of the time,
   * and how detail is coded is a matter of small parts. Train on whole pictures at the end, since the normalisations see
   * all of a picture. @defaultValue the config's `side`
   */
  readonly crop?: number;
  /** @defaultValue {@link MILD_AUGMENTATION} */
  readonly augmentation?: VaeAugmentation;
  /** Frequency of each data set. @defaultValue the square root of its size */
  readonly shares?: Readonly<Record<string, number>>;
  /** Decay of the average of the weights. @defaultValue 0.998 */
  readonly ema?: number;
  /** PSNR of pictures of `val` for the curve. */
  readonly evaluate?: {
    /** Updates between evaluations. @defaultValue 250 */
    readonly every?: number;
    /** @defaultValue 16 */
    readonly pictures?: number;
  };
}

/**
 * Trains a variational autoencoder on pictures: reconstruction by L1 and MSE, a faint pull towards a standard normal.
 *
 * @throws {@link InvalidInputError} if no picture is in the train split; the signal's reason, after the state is saved.
 */
export async function trainVae(options: TrainVaeOptions): Promise<TrainingResult> {
  const { config, items, runFolder, updates, seed } = options;
  const { batchSize = 4, learningRate = 1e-3, weightDecay = 0, ema = 0.998 } = options;
  const { loss = VAE_LOSS, augmentation = MILD_AUGMENTATION, fit = 'cover', shares = {} } = options;
  const training = items.filter(({ split }) => split === 'train');
  if (training.length === 0)
    throw new InvalidInputError('items', 'pictures of the train split', items.length);
  const shape: PictureShape = { side: config.side, fit };
  const { crop = config.side } = options;
  checkCrop(crop, config);
  const part = { ...config, side: crop };
  const cells = latentSide(part);
  const data: VaeBatchData = {
    ...{
      items: training,
      shape,
      crop,
      imageChannels: config.imageChannels,
      batchSize,
      shares,
      seed,
    },
    ...{ latent: [config.latentChannels, cells, cells], augmentation },
  };
  const step = vaeStep(part, { batchSize, loss, weightDecay, ema });
  await using batches = workerBatches({
    module: new URL('./vae-batch-worker.js', import.meta.url),
    data,
  });
  const { every = 250, pictures = 16 } = options.evaluate ?? {};
  const checked = spreadOf(
    items.filter(({ split }) => split === 'val'),
    pictures,
    seed,
  );
  return await train({
    ...trainerOptions({ ...options, evaluate: undefined }),
    ...{ runFolder, step, batches, updates, seed, title: 'Autoencoder' },
    schedule: warmCosineSchedule(learningRate, updates),
    settings: runSettings({
      ...{ batchSize, learningRate, weightDecay, ema, loss, fit, crop, augmentation, shares },
      // The scale plays no part.
      config: { ...config, latentScale: null },
    }),
    ...(checked.length > 0 && {
      evaluate: { every, run: vaePsnr(checked, shape, config, step) },
    }),
  });
}

function checkCrop(crop: number, { side, channels, attention }: VaeConfig): void {
  const least = 2 ** (channels.length - 1);
  if (!(crop % least === 0 && crop > 0 && crop <= side))
    throw new InvalidInputError('crop', `a multiple of ${least} up to ${side}`, crop);
  if (attention && crop < side)
    throw new InvalidInputError('crop', `${side}, as attention sees whole pictures`, crop);
}
