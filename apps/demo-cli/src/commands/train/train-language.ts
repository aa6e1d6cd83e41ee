import { createRandom } from '@cxrkit/core';
import { trainByteBpe } from '@cxrkit/core/tokenizer';
import { exportLanguage } from '@cxrkit/cxr-irgen/convert';
import {
  bartConfigSchema,
  FAITHFUL_LANGUAGE,
  LANGUAGE_RULES,
  trainLanguage,
} from '@cxrkit/cxr-irgen/train';
import { grammarCorpus } from '@cxrkit/report-gen/train';
import { z } from 'zod';
import type { TrainingImage } from '../../datasets/training-image.js';
import { type LanguageTrainingConfig, SMALL_LANGUAGE } from './irgen-configs.js';
import { chosenRules, languageTrainingSchema } from './irgen-rules.js';
import { labelReports } from './label-reports.js';
import { learnedTokenizer } from './learned-tokenizer.js';
import { readConfig, runOptions } from './train-options.js';
import type { Training } from './training.js';

/** BART's special tokens, by their ids. */
const SPECIAL_TOKENS = ['<s>', '<pad>', '</s>'];
const CORPUS_TEXTS = 8000;

const configSchema: z.ZodType<LanguageTrainingConfig> = z.strictObject({
  architecture: bartConfigSchema,
  training: z.exactOptional(languageTrainingSchema),
});

/** Reports that the data sets hold, for their words. */
function ownReports(items: readonly TrainingImage[]): string[] {
  return items.flatMap(({ split, report }) =>
    split === 'train' && report !== undefined ? [report] : [],
  );
}

/** `cxr train language`. */
export const languageTraining: Training = async ({ items, options, task, meta }) => {
  const { architecture, training = {} } = await readConfig(
    options.config,
    configSchema,
    SMALL_LANGUAGE,
  );
  const run = runOptions(options, task);
  const textsOf = (split: 'train' | 'val'): string[] =>
    items.flatMap((item, index) =>
      item.split === split ? labelReports(item, index, run.seed) : [],
    );
  const { tokenizer, size } = await learnedTokenizer(run.runFolder, () =>
    trainByteBpe([...grammarCorpus(createRandom(run.seed), CORPUS_TEXTS), ...ownReports(items)], {
      vocabulary: architecture.vocabulary,
      ...{ specialTokens: SPECIAL_TOKENS, template: ['<s>', '</s>'], padToken: '<pad>' },
    }),
  );
  const config = { ...architecture, vocabulary: size };
  const { averageWeights: weights } = await trainLanguage({
    ...{ ...run, config, tokenizer, texts: { train: textsOf('train'), val: textsOf('val') } },
    rules: chosenRules(training, { ours: LANGUAGE_RULES, faithful: FAITHFUL_LANGUAGE }),
    ...(options.batchSize !== undefined && { batchSize: options.batchSize }),
  });
  const summary = 'Language module of CXR-IRGen: a report from one vector.';
  return await exportLanguage({
    ...{ out: options.out, weights, config, tokenizer, ...task },
    meta: meta(summary),
  });
};
