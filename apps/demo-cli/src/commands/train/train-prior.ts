import { exportPrior } from '@cxrkit/cxr-irgen/convert';
import {
  FAITHFUL_PRIOR,
  FAITHFUL_PRIOR_PACE,
  PRIOR_RULES,
  priorConfigSchema,
  trainPrior,
} from '@cxrkit/cxr-irgen/train';
import { z } from 'zod';
import { openStage } from '../../pipeline/open-stage.js';
import { initRulesSchema, readInitialWeights } from './initial-weights.js';
import { type PriorTrainingConfig, SMALL_PRIOR } from './irgen-configs.js';
import { chosenPace, chosenRules, priorTrainingSchema } from './irgen-rules.js';
import { labelReports } from './label-reports.js';
import { readConfig, runOptions } from './train-options.js';
import type { Training } from './training.js';

const configSchema: z.ZodType<PriorTrainingConfig> = z.strictObject({
  architecture: priorConfigSchema,
  init: z.exactOptional(initRulesSchema),
  training: z.exactOptional(priorTrainingSchema),
});

/** `cxr train prior`. */
export const priorTraining: Training = async ({ items, options, task, meta }) => {
  const {
    architecture: config,
    init,
    training = {},
  } = await readConfig(options.config, configSchema, SMALL_PRIOR);
  const run = runOptions(options, task);
  const { models, offline } = options;
  const open = { ...task, models, offline };
  const { path: autoencoder } = await openStage('irgen-vae', open);
  const { path: language } = await openStage('irgen-language', open);
  const { shares } = training;
  const { averageWeights: weights, trainedWith } = await trainPrior({
    ...{ ...run, config, autoencoder, language },
    items: items.map((item, index) => ({ ...item, reports: labelReports(item, index, run.seed) })),
    rules: chosenRules(training, { ours: PRIOR_RULES, faithful: FAITHFUL_PRIOR }),
    ...(await readInitialWeights(options.init, init, task)),
    ...(shares && { shares }),
    ...chosenPace(training, options, FAITHFUL_PRIOR_PACE),
    ...(options.cache !== undefined && { cacheFolder: options.cache }),
  });
  const summary = 'Prior of CXR-IRGen: the vector of a report from the latents of a picture.';
  return await exportPrior({
    ...{ out: options.out, weights, config, trainedWith, ...task },
    meta: meta(
      summary,
      items.filter(({ source }) => shares?.[source] !== 0),
    ),
  });
};
