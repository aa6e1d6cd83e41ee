import { createRandom } from '@cxrkit/core';
import { trainByteBpe } from '@cxrkit/core/tokenizer';
import { loadDetector } from '@cxrkit/detector';
import { type ReportGeneratorConfig, reportGeneratorConfigSchema } from '@cxrkit/report-gen';
import {
  exportReportGenerator,
  grammarCorpus,
  trainReportGenerator,
} from '@cxrkit/report-gen/train';
import { z } from 'zod';
import { openStage } from '../../pipeline/open-stage.js';
import { SMALL_REPORT_GENERATOR } from './default-configs.js';
import { learnedTokenizer } from './learned-tokenizer.js';
import { regionExamples } from './region-examples.js';
import { readConfig, runOptions } from './train-options.js';
import type { Training } from './training.js';

/** Sizes of a report generator and how it is trained. */
interface ReportTrainingConfig {
  readonly architecture: ReportGeneratorConfig;
  readonly training?: {
    /** By data set: how often a picture with a finding is drawn for each time another one is. */
    readonly findingRepeats?: Readonly<Record<string, number>>;
  };
}

const configSchema: z.ZodType<ReportTrainingConfig> = z.strictObject({
  architecture: reportGeneratorConfigSchema,
  training: z.exactOptional(
    z.strictObject({ findingRepeats: z.exactOptional(z.record(z.string(), z.int().positive())) }),
  ),
});

/** Special token of GPT-2, which begins and ends a text. */
const END_OF_TEXT = '<|endoftext|>';
const CORPUS_TEXTS = 8000;

/** `cxr train report-gen`. */
export const reportGeneratorTraining: Training = async ({ items, options, task, meta }) => {
  const run = runOptions(options, task);
  const { models, offline } = options;
  const { path } = await openStage('detector', { ...task, models, offline });
  const { device, threads, seed } = run;
  await using detector = await loadDetector({
    ...{ model: path, device },
    ...(threads !== undefined && { threads }),
  });
  const { tokenizer, size } = await learnedTokenizer(run.runFolder, () =>
    trainByteBpe(grammarCorpus(createRandom(seed), CORPUS_TEXTS), {
      vocabulary: SMALL_REPORT_GENERATOR.vocabulary,
      specialTokens: [END_OF_TEXT],
      padToken: END_OF_TEXT,
    }),
  );
  const { architecture, training } = await readConfig(options.config, configSchema, {
    architecture: SMALL_REPORT_GENERATOR,
  });
  const config: ReportGeneratorConfig = {
    ...architecture,
    vocabulary: size,
    regionFeatures: detector.config.regionFeatures,
  };
  const { averageWeights } = await trainReportGenerator({
    ...{ ...run, config, tokenizer },
    examples: await regionExamples(items, detector, { ...task, ...training, seed }),
    ...(options.batchSize !== undefined && { pictures: options.batchSize }),
  });
  const summary = 'Sentences of anatomical regions and their report (RGRG).';
  return await exportReportGenerator({
    ...{ out: options.out, weights: averageWeights, config, tokenizer, meta: meta(summary) },
    ...task,
  });
};
