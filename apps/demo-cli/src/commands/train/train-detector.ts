import { ANATOMICAL_REGIONS } from '@cxrkit/core';
import { detectorConfigSchema } from '@cxrkit/detector';
import { exportDetector } from '@cxrkit/detector/convert';
import { trainDetector } from '@cxrkit/detector/train';
import { z } from 'zod';
import { deriveBoxes } from '../../datasets/derive-boxes.js';
import { teachBoxes } from '../../datasets/teach-boxes.js';
import { type DetectorTrainingConfig, SMALL_DETECTOR } from './default-configs.js';
import { findingsOf } from './findings-of.js';
import { initRulesSchema, readInitialWeights } from './initial-weights.js';
import { readConfig, runOptions } from './train-options.js';
import type { Training } from './training.js';
import { detectorTrainingRulesSchema, trainingOptions } from './training-rules.js';

const configSchema: z.ZodType<DetectorTrainingConfig> = z.strictObject({
  architecture: detectorConfigSchema,
  init: z.exactOptional(initRulesSchema),
  training: z.exactOptional(detectorTrainingRulesSchema),
});

/** `cxr train detector`. */
export const detectorTraining: Training = async ({ items, options, task, meta }) => {
  const masked = await deriveBoxes(items, task);
  const labelled = await teachBoxes(masked, options, task);
  const findings = findingsOf(labelled.filter(({ boxes01 }) => boxes01 !== undefined));
  const {
    architecture: config,
    init,
    training,
  } = await readConfig(options.config, configSchema, {
    architecture: { ...SMALL_DETECTOR, findings },
  });
  const trainedRegions = ANATOMICAL_REGIONS.filter((name) =>
    labelled.some(({ split, boxes01 }) => split === 'train' && boxes01?.[name]),
  );
  const { averageWeights } = await trainDetector({
    ...{ ...runOptions(options, task), config, items: labelled },
    ...trainingOptions(training),
    ...(await readInitialWeights(options.init, init, task)),
    ...(options.batchSize !== undefined && { batchSize: options.batchSize }),
  });
  const summary = 'Finds the anatomical regions of frontal chest X-rays.';
  return await exportDetector({
    ...{ out: options.out, weights: averageWeights, config, trainedRegions, ...task },
    meta: meta(summary),
  });
};
