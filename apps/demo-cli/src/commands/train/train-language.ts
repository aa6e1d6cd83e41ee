import { createRandom } from '@cxrkit/core';
import { trainByteBpe } from '@cxrkit/core/tokenizer';
import { exportLanguage } from '@cxrkit/cxr-irgen/convert';
import {
  type BartConfig,
  bartConfigSchema,
  FAITHFUL_LANGUAGE,
  FAITHFUL_LANGUAGE_PACE,
  LANGUAGE_RULES,
  type SourcedText,
  type TrainLanguageOptions,
  trainLanguage,
} from '@cxrkit/cxr-irgen/train';
import { grammarCorpus } from '@cxrkit/report-gen/train';
import { z } from 'zod';
import type { TrainingImage } from '../../datasets/training-image.js';
import { initRulesSchema, readInitialWeights } from './initial-weights.js';
import { type LanguageTrainingConfig, SMALL_LANGUAGE } from './irgen-configs.js';
import {
  chosenPace,
  chosenRules,
  type LanguageTraining,
  languageTrainingSchema,
} from './irgen-rules.js';
import { labelReports } from './label-reports.js';
import { learnedTokenizer } from './learned-tokenizer.js';
import { readConfig, runOptions } from './train-options.js';
import type { Training } from './training.js';

/** BART's special tokens, by their ids. */
const SPECIAL_TOKENS = ['<s>', '<pad>', '</s>'];
const CORPUS_TEXTS = 8000;

const configSchema: z.ZodType<LanguageTrainingConfig> = z.strictObject({
  architecture: bartConfigSchema,
  init: z.exactOptional(initRulesSchema),
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
  const {
    architecture,
    init,
    training = {},
  } = await readConfig(options.config, configSchema, SMALL_LANGUAGE);
  const run = runOptions(options, task);
  const { tokenizer, size } = await learnedTokenizer(
    run.runFolder,
    () =>
      trainByteBpe([...grammarCorpus(createRandom(run.seed), CORPUS_TEXTS), ...ownReports(items)], {
        vocabulary: architecture.vocabulary,
        ...{ specialTokens: SPECIAL_TOKENS, template: ['<s>', '</s>'], padToken: '<pad>' },
      }),
    options.init,
  );
  const config = { ...architecture, vocabulary: size };
  const { shares } = training;
  const { averageWeights: weights } = await trainLanguage({
    ...{ ...run, config, tokenizer, texts: textsOf(items, run.seed) },
    rules: chosenRules(training, { ours: LANGUAGE_RULES, faithful: FAITHFUL_LANGUAGE }),
    ...(await readInitialWeights(options.init, init, task)),
    ...(shares && { shares }),
    ...chosenPace(training, options, FAITHFUL_LANGUAGE_PACE),
    ...textLengthOf(training, config),
  });
  const summary = 'Language module of CXR-IRGen: a report from one vector.';
  return await exportLanguage({
    ...{ out: options.out, weights, config, tokenizer, ...task },
    meta: meta(
      summary,
      items.filter(({ source }) => shares?.[source] !== 0),
    ),
  });
};

function textsOf(items: readonly TrainingImage[], seed: number): TrainLanguageOptions['texts'] {
  const of = (split: 'train' | 'val'): SourcedText[] =>
    items.flatMap((item, index) => {
      if (item.split !== split) return [];
      const { source } = item;
      return labelReports(item, index, seed).map((text) => ({ text, source }));
    });
  return { train: of('train'), val: of('val').map(({ text }) => text) };
}

function textLengthOf(
  { preset = 'ours', textLength }: LanguageTraining,
  { maxLength }: BartConfig,
): { readonly textLength?: number } {
  if (textLength !== undefined) return { textLength };
  return preset === 'faithful' ? { textLength: maxLength } : {};
}
