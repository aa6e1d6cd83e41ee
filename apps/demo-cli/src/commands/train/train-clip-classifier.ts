import { clipConfigSchema, clipPreprocessingSchema } from '@cxrkit/clip-classifier';
import { exportClipClassifier } from '@cxrkit/clip-classifier/convert';
import { composeText, trainClipClassifier } from '@cxrkit/clip-classifier/train';
import { createRandom } from '@cxrkit/core';
import { type TokenizerJson, trainByteBpe } from '@cxrkit/core/tokenizer';
import { z } from 'zod';
import type { TrainingImage } from '../../datasets/training-image.js';
import { type ClipTrainingConfig, SMALL_CLIP } from './default-configs.js';
import { findingsOf } from './findings-of.js';
import { initRulesSchema, readInitialWeights } from './initial-weights.js';
import { learnedTokenizer } from './learned-tokenizer.js';
import { readConfig, runOptions } from './train-options.js';
import type { Training } from './training.js';
import { clipTrainingRulesSchema, trainingOptions } from './training-rules.js';

/** Texts composed of each picture, from which the vocabulary is learned. */
const TEXTS_A_PICTURE = 3;

const configSchema: z.ZodType<ClipTrainingConfig> = z.strictObject({
  architecture: clipConfigSchema,
  preprocessing: clipPreprocessingSchema,
  init: z.exactOptional(initRulesSchema),
  training: z.exactOptional(clipTrainingRulesSchema),
});

/** `cxr train clip-classifier`. */
export const clipTraining: Training = async ({ items, options, task, meta }) => {
  const { architecture, preprocessing, init, training } = await readConfig(
    options.config,
    configSchema,
    SMALL_CLIP,
  );
  const run = runOptions(options, task);
  const findings = findingsOf(items);
  const { tokenizer, size } = await learnedTokenizer(run.runFolder, () =>
    learnVocabulary(items, architecture.text.vocabulary, run.seed),
  );
  const config = { ...architecture, text: { ...architecture.text, vocabulary: size } };
  const shared = { config, preprocessing, tokenizer };
  const { averageWeights } = await trainClipClassifier({
    ...{ ...run, ...shared, items, findings },
    ...trainingOptions(training),
    ...(await readInitialWeights(options.init, init, task)),
    ...(options.batchSize !== undefined && { batchSize: options.batchSize }),
  });
  const summary = 'Zero-shot classifier of chest X-rays by words (R-CLIP).';
  return await exportClipClassifier({
    ...{ out: options.out, weights: averageWeights, ...shared, ...task },
    meta: { ...meta(summary), labels: findings },
  });
};

function learnVocabulary(
  items: readonly TrainingImage[],
  vocabulary: number,
  seed: number,
): TokenizerJson {
  const train = items.filter(({ split }) => split === 'train');
  const texts = train.flatMap((item, index) =>
    Array.from(
      { length: TEXTS_A_PICTURE },
      (_, i) => composeText(item, createRandom(seed, index, i)).text,
    ),
  );
  return trainByteBpe(texts, {
    vocabulary,
    specialTokens: ['[PAD]', '[CLS]', '[SEP]'],
    template: ['[CLS]', '[SEP]'],
    padToken: '[PAD]',
    lowercase: true,
  });
}
