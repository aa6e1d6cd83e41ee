import { join } from 'node:path';
import { float32, InvalidInputError, type LabelledImage, type Tensor } from '@cxrkit/core';
import { type TrainingResult, type TrainOptions, train, trainerOptions } from '@cxrkit/nn/train';
import { Autoencoder } from '../../conditioning/autoencoder.js';
import { FrozenEncoders } from '../../conditioning/frozen-encoders.js';
import type { VisionNetwork } from '../../conditioning/vision-network.js';
import { type ScaledLinearOptions, scaledLinearSchedule } from '../../diffusion/schedule.js';
import type { VisionArchitecture } from '../../parts/architectures.js';
import { drawnBatches, type LatentTrainingOptions } from '../shared/part-training.js';
import { recordedRules, runSettings } from '../shared/run-settings.js';
import { spreadOf } from '../shared/spread.js';
import { scheduleOf } from '../shared/step-options.js';
import { batchRandom, TRAINING_STREAM, visionBatch } from './vision-batch.js';
import { VISION_RULES, type VisionRules } from './vision-rules.js';
import { visionStep } from './vision-step.js';
import { type VisionTable, visionTable } from './vision-table.js';
import { visionValidation } from './vision-validation.js';

/** What {@link trainVision} takes. */
export interface TrainVisionOptions extends LatentTrainingOptions {
  readonly network: VisionNetwork;
  /** @defaultValue Stable Diffusion's */
  readonly schedule?: ScaledLinearOptions;
  /** Pictures of the `train` split are learned; some of `val` are evaluated. */
  readonly items: readonly LabelledImage[];
  /** Source of the model folder of the encoders, a CLIP classifier's. */
  readonly encoders: string;
  /** Pictures a batch. @defaultValue 16 */
  readonly batchSize?: number;
  /** @defaultValue {@link VISION_RULES} */
  readonly rules?: VisionRules;
  /** Loss of pictures of `val` for the curve. */
  readonly evaluate?: {
    /** Updates between evaluations. @defaultValue 500 */
    readonly every?: number;
    /** @defaultValue 64 */
    readonly pictures?: number;
  };
}

/** What a denoiser's training leaves. */
export interface VisionTrainingResult extends TrainingResult {
  /** What it was trained with, for its model folder. */
  readonly trainedWith: VisionArchitecture['trainedWith'];
  /** `[C, s, s]`: the mean of the latents that it learned from. */
  readonly typicalLatents: Tensor<'float32'>;
}

/**
 * Trains a denoiser on the latents of labelled pictures, their prompts and their references.
 *
 * @throws {@link InvalidInputError} if no picture is in the train split or sizes do not fit; ModelLoadError for an
 *   autoencoder or encoders that do not fit; the signal's reason, after the state is saved.
 */
export async function trainVision(options: TrainVisionOptions): Promise<VisionTrainingResult> {
  const { network, updates, runFolder, seed, shares = {} } = options;
  const { batchSize = 16, learningRate = 5e-4, rules = VISION_RULES } = options;
  const items = options.items.filter(
    ({ split, source }) => split !== 'test' && shares[source] !== 0,
  );
  const training = items.filter(({ split }) => split === 'train');
  if (training.length === 0)
    throw new InvalidInputError('items', 'pictures of the train split', options.items.length);
  const { table, trainedWith } = await prepare(items, options, rules);
  const schedule = scaledLinearSchedule(options.schedule);
  const drawing = { table, network, schedule, rules };
  const step = visionStep(network, batchSize, rules);
  const result = await train({
    ...trainerOptions({ ...options, evaluate: undefined }),
    ...{ runFolder, step, updates, seed, title: 'Denoiser' },
    batches: drawnBatches(items, { batchSize, shares, seed, rules }, (rows, index) =>
      visionBatch(rows, batchRandom(seed, TRAINING_STREAM, index), drawing),
    ),
    schedule: scheduleOf(rules, learningRate, updates),
    settings: runSettings({
      ...{ batchSize, learningRate, rules: recordedRules(rules), shares, trainedWith },
      ...{ noise: options.schedule, network },
      // Within `network`, too; older runs know but these.
      textLength: network.textLength,
      scale: network.conditionScale,
    }),
    ...validation(items, batchSize, options, { ...drawing, step, seed }),
  });
  return { ...result, trainedWith, typicalLatents: typicalLatents(table.latents, items, shares) };
}

/** The mean latents of the pictures of the train split, each data set by its share. */
function typicalLatents(
  { latent, scale, mean }: VisionTable['latents'],
  items: readonly LabelledImage[],
  shares: Readonly<Record<string, number>>,
): Tensor<'float32'> {
  const rows = [...items.entries()].filter(([, { split }]) => split === 'train');
  const sources = [...new Set(rows.map(([, { source }]) => source))].map((source) => {
    const own = rows.flatMap(([row, item]) => (item.source === source ? [row] : []));
    return { own, share: shares[source] ?? Math.sqrt(own.length) };
  });
  const total = sources.reduce((sum, { share }) => sum + share, 0);
  const typical = new Float64Array(mean[0].length);
  for (const { own, share } of sources)
    for (const row of own)
      for (const [cell, value] of mean[row].entries())
        typical[cell] += (scale * share * value) / (total * own.length);
  return float32(Float32Array.from(typical), latent);
}

/** Encodes everything once, with the encoders in workers that end before the training begins. */
async function prepare(
  items: readonly LabelledImage[],
  options: TrainVisionOptions,
  rules: VisionRules,
): Promise<Pick<VisionTrainingResult, 'trainedWith'> & { readonly table: VisionTable }> {
  const { network, device, threads, signal, onProgress, runFolder, seed } = options;
  const { cacheFolder = join(runFolder, 'cache') } = options;
  const frozen = { device, threads, signal };
  await using autoencoder = await Autoencoder.open({ ...frozen, model: options.autoencoder });
  checkLatents(network, autoencoder);
  await using encoders = await FrozenEncoders.open(network, { ...frozen, model: options.encoders });
  const table = await visionTable({
    ...{ items, autoencoder, encoders, cacheFolder, rules, seed, signal },
    ...(onProgress && { onProgress }),
    textKey: `${network.denoiser.kind} ${network.textLength}`,
  });
  return { table, trainedWith: { encoders: encoders.origin, vae: autoencoder.origin } };
}

function checkLatents({ denoiser }: VisionNetwork, { latent }: Autoencoder): void {
  const wanted = [denoiser.latentChannels, denoiser.side, denoiser.side];
  if (String(wanted) !== String(latent))
    throw new InvalidInputError(
      'denoiser',
      `sizes of the autoencoder's latents (${latent.join(' x ')})`,
      wanted.join(' x '),
    );
}

function validation(
  items: readonly LabelledImage[],
  batchSize: number,
  { evaluate: { every = 500, pictures = 64 } = {}, seed }: TrainVisionOptions,
  options: Parameters<typeof visionValidation>[2],
): Pick<TrainOptions, 'evaluate'> {
  const all = items.flatMap(({ split }, row) => (split === 'val' ? [row] : []));
  const rows = spreadOf(all, pictures, seed);
  if (rows.length === 0) return {};
  return { evaluate: { every, run: visionValidation(rows, batchSize, options) } };
}
