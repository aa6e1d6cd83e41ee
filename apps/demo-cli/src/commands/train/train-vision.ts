import { exportVision } from '@cxrkit/cxr-irgen/convert';
import {
  FAITHFUL_VISION,
  FAITHFUL_VISION_PACE,
  trainVision,
  VISION_RULES,
  visionNetworkSchema,
} from '@cxrkit/cxr-irgen/train';
import { z } from 'zod';
import { openStage } from '../../pipeline/open-stage.js';
import { UsageError } from '../../terminal/usage-error.js';
import { initRulesSchema, readInitialWeights } from './initial-weights.js';
import { SMALL_DENOISERS, type VisionTrainingConfig } from './irgen-configs.js';
import { chosenPace, chosenRules, visionTrainingSchema } from './irgen-rules.js';
import { readConfig, runOptions, type TrainCommandOptions } from './train-options.js';
import type { Training } from './training.js';

const configSchema: z.ZodType<VisionTrainingConfig> = z.strictObject({
  architecture: visionNetworkSchema,
  init: z.exactOptional(initRulesSchema),
  training: z.exactOptional(visionTrainingSchema),
});

/** `cxr train vision`. */
export const visionTraining: Training = async ({ items, options, task, meta }) => {
  const { architecture, init, training = {} } = await readVisionConfig(options);
  const { models, offline } = options;
  const open = { ...task, models, offline };
  const { path: autoencoder } = await openStage('irgen-vae', open);
  const isConverted = typeof models === 'object' && models['irgen-encoders'] !== undefined;
  const { path: encoders } = await openStage(
    isConverted ? 'irgen-encoders' : 'clip-classifier',
    open,
  );
  const { shares } = training;
  const {
    averageWeights: weights,
    trainedWith,
    typicalLatents,
  } = await trainVision({
    ...{ ...runOptions(options, task), network: architecture, items, autoencoder, encoders },
    rules: chosenRules(training, { ours: VISION_RULES, faithful: FAITHFUL_VISION }),
    ...(await readInitialWeights(options.init, init, task)),
    ...(shares && { shares }),
    ...chosenPace(training, options, FAITHFUL_VISION_PACE),
    ...(options.cache !== undefined && { cacheFolder: options.cache }),
  });
  const summary = 'Denoiser of CXR-IRGen: chest X-rays from findings and a reference picture.';
  return await exportVision({
    ...{ out: options.out, weights, network: architecture, trainedWith, ...task, typicalLatents },
    meta: meta(
      summary,
      items.filter(({ source }) => shares?.[source] !== 0),
    ),
  });
};

async function readVisionConfig({
  arch,
  config,
}: TrainCommandOptions): Promise<VisionTrainingConfig> {
  const read = await readConfig(config, configSchema, SMALL_DENOISERS[arch ?? 'sd-unet']);
  const { kind } = read.architecture.denoiser;
  if (arch !== undefined && kind !== arch)
    throw new UsageError(`Expected a --config of --arch ${arch}, got one of ${kind}.`);
  return read;
}
