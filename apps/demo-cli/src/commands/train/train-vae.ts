import { exportVae } from '@cxrkit/cxr-irgen/convert';
import { measureLatentScale, trainVae, vaeConfigSchema } from '@cxrkit/cxr-irgen/train';
import { z } from 'zod';
import { initRulesSchema, readInitialWeights } from './initial-weights.js';
import { SMALL_VAE, type VaeTrainingConfig } from './irgen-configs.js';
import { vaeTrainingRulesSchema } from './irgen-rules.js';
import { readConfig, runOptions } from './train-options.js';
import type { Training } from './training.js';

const configSchema: z.ZodType<VaeTrainingConfig> = z.strictObject({
  architecture: vaeConfigSchema,
  init: z.exactOptional(initRulesSchema),
  training: z.exactOptional(vaeTrainingRulesSchema),
});

/** `cxr train vae`. */
export const vaeTraining: Training = async ({ items, options, task, meta }) => {
  const {
    architecture,
    init,
    training = {},
  } = await readConfig(options.config, configSchema, SMALL_VAE);
  const run = runOptions(options, task);
  const { averageWeights: weights } = await trainVae({
    ...{ ...run, ...training, config: architecture, items },
    ...(await readInitialWeights(options.init, init, task)),
    ...(options.batchSize !== undefined && { batchSize: options.batchSize }),
  });
  const { fit = 'cover' } = training;
  const { seed, threads } = run;
  const latentScale = await measureLatentScale({
    ...{ config: architecture, weights, fit, items, seed, ...task },
    ...(threads !== undefined && { threads }),
  });
  const config = { ...architecture, latentScale: Number(latentScale.toPrecision(6)) };
  const summary = 'Autoencoder of chest X-rays, into whose latents CXR-IRGen draws.';
  return await exportVae({ out: options.out, weights, config, fit, meta: meta(summary), ...task });
};
