import {
  type ClipPreprocessing,
  clipPreprocessingSchema,
  type SupervisedConfig,
} from '@cxrkit/clip-classifier';
import { exportSupervisedClassifier } from '@cxrkit/clip-classifier/convert';
import { trainSupervisedClassifier } from '@cxrkit/clip-classifier/train';
import { type BackboneConfig, backboneSchema } from '@cxrkit/nn';
import { z } from 'zod';
import { findingsOf } from './findings-of.js';
import { type InitRules, initRulesSchema, readInitialWeights } from './initial-weights.js';
import { readConfig, runOptions } from './train-options.js';
import type { Training } from './training.js';
import {
  type ClipTrainingRules,
  clipTrainingRulesSchema,
  trainingOptions,
} from './training-rules.js';

/** Sizes of a supervised classifier and of its pictures. */
interface SupervisedTrainingConfig {
  readonly architecture: { readonly backbone: BackboneConfig };
  readonly preprocessing: ClipPreprocessing;
  readonly init?: InitRules;
  readonly training?: ClipTrainingRules;
}

const configSchema: z.ZodType<SupervisedTrainingConfig> = z.strictObject({
  architecture: z.strictObject({ backbone: backboneSchema }),
  preprocessing: clipPreprocessingSchema,
  init: z.exactOptional(initRulesSchema),
  training: z.exactOptional(clipTrainingRulesSchema),
});

/** The plain baseline: 1.1 M parameters at 128 px, from scratch. */
const BASELINE: SupervisedTrainingConfig = {
  architecture: {
    backbone: {
      ...{ kind: 'resnet', block: 'basic', depths: [2, 2, 2, 2], strides: [1, 2, 2, 2] },
      ...{ widths: [20, 40, 80, 160], stemWidth: 20 },
    },
  },
  preprocessing: { side: 128, mean: [0.5], deviation: [0.25] },
};

/** `cxr train supervised-classifier`. */
export const supervisedTraining: Training = async ({ items, options, task, meta }) => {
  const { architecture, preprocessing, init, training } = await readConfig(
    options.config,
    configSchema,
    BASELINE,
  );
  const config: SupervisedConfig = { ...architecture, labels: findingsOf(items) };
  const { averageWeights } = await trainSupervisedClassifier({
    ...{ ...runOptions(options, task), config, preprocessing, items },
    ...trainingOptions(training),
    ...(await readInitialWeights(options.init, init, task)),
    ...(options.batchSize !== undefined && { batchSize: options.batchSize }),
  });
  const summary = 'Plain supervised classifier of chest X-rays, the baseline of the others.';
  return await exportSupervisedClassifier({
    ...{ out: options.out, weights: averageWeights, config, preprocessing, ...task },
    meta: meta(summary),
  });
};
