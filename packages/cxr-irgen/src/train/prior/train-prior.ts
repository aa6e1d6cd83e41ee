import { join } from 'node:path';
import { InvalidInputError } from '@cxrkit/core';
import { type TrainingResult, type TrainOptions, train, trainerOptions } from '@cxrkit/nn/train';
import { Autoencoder } from '../../conditioning/autoencoder.js';
import { findingStates } from '../../conditioning/finding-states.js';
import { LanguageModule } from '../../conditioning/language-module.js';
import type { PriorConfig } from '../../network/prior/config.js';
import type { PriorArchitecture } from '../../parts/architectures.js';
import { cachedRows } from '../cache/cached-rows.js';
import { latentTable } from '../cache/latents.js';
import { drawnBatches, type LatentTrainingOptions } from '../shared/part-training.js';
import { recordedRules, runSettings } from '../shared/run-settings.js';
import { spreadOf } from '../shared/spread.js';
import { scheduleOf } from '../shared/step-options.js';
import { PRIOR_RULES, type PriorRules } from './prior-rules.js';
import { priorStep } from './prior-step.js';
import { type PriorTable, priorBatch, type ReportedImage } from './prior-table.js';
import { priorValidation } from './prior-validation.js';

/** What {@link trainPrior} takes. */
export interface TrainPriorOptions extends LatentTrainingOptions {
  readonly config: PriorConfig;
  /** Those of the `train` split with a report are learned; some of `val` are evaluated. */
  readonly items: readonly ReportedImage[];
  /** Source of the language module's model folder. */
  readonly language: string;
  /** Pictures a batch. @defaultValue 32 */
  readonly batchSize?: number;
  /** @defaultValue {@link PRIOR_RULES} */
  readonly rules?: PriorRules;
  readonly evaluate?: {
    /** Updates between evaluations. @defaultValue 250 */
    readonly every?: number;
    /** @defaultValue 128 */
    readonly pictures?: number;
  };
}

/** What a prior's training leaves. */
export interface PriorTrainingResult extends TrainingResult {
  /** What it was trained with, for its model folder. */
  readonly trainedWith: PriorArchitecture['trainedWith'];
}

/** Names the stream of random numbers of a training. */
const TRAINING_STREAM = 0x9a1;

/**
 * Trains a prior to see a report's vector in the latents of its picture.
 *
 * @throws {@link InvalidInputError} if no picture of the train split has a report, or sizes do not fit; ModelLoadError
 *   for parts of another stage; the signal's reason, after the state is saved.
 */
export async function trainPrior(options: TrainPriorOptions): Promise<PriorTrainingResult> {
  const { config, updates, runFolder, seed, shares = {}, rules = PRIOR_RULES } = options;
  const { batchSize = 32, learningRate = 5e-4 } = options;
  const items = options.items.filter(
    ({ split, source, reports }) => split !== 'test' && shares[source] !== 0 && reports.length > 0,
  );
  if (!items.some(({ split }) => split === 'train'))
    throw new InvalidInputError(
      'items',
      'pictures of the train split with reports',
      options.items.length,
    );
  const { table, trainedWith } = await prepare(items, options);
  const drawing = { table, config, rules };
  const step = priorStep(config, batchSize, rules);
  const result = await train({
    ...trainerOptions({ ...options, evaluate: undefined }),
    ...{ runFolder, step, updates, seed, title: 'Prior' },
    batches: drawnBatches(items, { batchSize, shares, seed, rules }, (rows, index) =>
      priorBatch(rows, drawing, [seed, TRAINING_STREAM, index]),
    ),
    schedule: scheduleOf(rules, learningRate, updates),
    settings: runSettings({
      ...{ batchSize, learningRate, rules: recordedRules(rules), shares, trainedWith },
      config: trainedConfig(config),
    }),
    ...validation(items, batchSize, options, { ...drawing, step, seed }),
  });
  return { ...result, trainedWith };
}

/** Encodes everything once, with the parts in workers that end before the training begins. */
async function prepare(
  items: readonly ReportedImage[],
  options: TrainPriorOptions,
): Promise<Pick<PriorTrainingResult, 'trainedWith'> & { readonly table: PriorTable }> {
  const { config, device, threads, signal, onProgress, runFolder } = options;
  const { cacheFolder = join(runFolder, 'cache') } = options;
  const frozen = { device, threads, signal };
  const task = { signal, ...(onProgress && { onProgress }) };
  await using autoencoder = await Autoencoder.open({ ...frozen, model: options.autoencoder });
  await using language = await LanguageModule.open({ ...frozen, model: options.language });
  checkSizes(config, autoencoder, language);
  const latents = await latentTable(items, autoencoder, cacheFolder, task);
  const texts = [...new Set(items.flatMap(({ reports }) => reports))];
  const places = new Map(texts.map((text, place) => [text, place]));
  const { vector } = await cachedRows({
    ...{ ...task, folder: cacheFolder, subject: 'sentences', unit: 'steps', items: texts },
    model: language.origin.sha256,
    keyOf: (text) => text,
    compute: async (text) => ({ vector: await language.encode(text, task) }),
  });
  const reports = items.map((item) => item.reports.map((text) => places.get(text) ?? 0));
  const trainedWith = { vae: autoencoder.origin, language: language.origin };
  const findings = items.map((item) => findingStates(item.findings));
  return { table: { latents, reports, vectors: vector, findings }, trainedWith };
}

function checkSizes(
  { latentChannels, side, outputWidth }: PriorConfig,
  { latent }: Autoencoder,
  language: LanguageModule,
): void {
  const wanted = [latentChannels, side, side];
  if (String(wanted) !== String(latent))
    throw new InvalidInputError(
      'config',
      `sizes of the autoencoder's latents (${latent.join(' x ')})`,
      wanted.join(' x '),
    );
  if (outputWidth !== language.config.width)
    throw new InvalidInputError(
      'config.outputWidth',
      `the language module's width ${language.config.width}`,
      outputWidth,
    );
}

/** What of a config plays a part in training: not how many steps a flow takes, nor its guidance. */
function trainedConfig({ flow, ...config }: PriorConfig): object {
  return { ...config, ...(flow && { flow: { ...flow, steps: null, guidance: null } }) };
}

function validation(
  items: readonly ReportedImage[],
  batchSize: number,
  { evaluate: { every = 250, pictures = 128 } = {}, seed }: TrainPriorOptions,
  options: Parameters<typeof priorValidation>[2],
): Pick<TrainOptions, 'evaluate'> {
  const all = items.flatMap(({ split }, row) => (split === 'val' ? [row] : []));
  const rows = spreadOf(all, pictures, seed);
  if (rows.length === 0) return {};
  return { evaluate: { every, run: priorValidation(rows, batchSize, options) } };
}
