import { join } from 'node:path';
import { InvalidInputError, type TaskOptions, type Tensor } from '@cxrkit/core';
import type { Device } from '@cxrkit/core/onnx';
import { createTokenizer, type Tokenizer, type TokenizerJson } from '@cxrkit/core/tokenizer';
import { writeSafetensors } from '@cxrkit/nn/checkpoint';
import {
  adamW,
  buildTrainingStep,
  type TrainingContext,
  type TrainingResult,
  type TrainingStep,
  type TrainOptions,
  train,
  trainerOptions,
  warmCosineSchedule,
  workerBatches,
} from '@cxrkit/nn/train';
import { CONFIG_KEY } from '../convert/infer-config.js';
import { parseConfig, type ReportGeneratorConfig } from '../network/config.js';
import type { ReportBatchData } from './batch-data.js';
import { textTokens } from './encode-texts.js';
import { type PackedRegions, packRegions, REGIONS } from './packed-regions.js';
import { checkExamples, type RegionExample } from './region-example.js';
import { type ReportLossWeights, RGRG_LOSS, trainingGraph } from './training-graph.js';
import { validation } from './validation.js';

/** Name of the file of final weights in a run folder. */
export const WEIGHTS_FILE = 'weights.safetensors';

/** What {@link trainReportGenerator} takes. */
export interface TrainReportGeneratorOptions extends TaskOptions {
  readonly config: ReportGeneratorConfig;
  readonly tokenizer: TokenizerJson;
  /** Those of the `train` split are learned, those of `val` evaluated, the rest left alone. */
  readonly examples: readonly RegionExample[];
  /** Holds the state, the curve and at the end `weights.safetensors`; a run that was stopped goes on. */
  readonly runFolder: string;
  /** Weight updates. */
  readonly updates: number;
  /** Pictures a batch, whose regions teach the classifiers. @defaultValue 16 */
  readonly pictures?: number | undefined;
  /** Texts a batch, which teach the decoder. @defaultValue 64 */
  readonly texts?: number | undefined;
  /** Most tokens of a text, BOS counted; longer ones are cut. @defaultValue the longest text's, at most the model's */
  readonly textLength?: number | undefined;
  /** Peak of a cosine with 5 % warm-up. @defaultValue 1e-3 */
  readonly learningRate?: number | undefined;
  /** @defaultValue 0.01 */
  readonly weightDecay?: number | undefined;
  /** Limit of the global gradient norm. @defaultValue 1 */
  readonly clipNorm?: number | undefined;
  /** @defaultValue {@link RGRG_LOSS} */
  readonly loss?: ReportLossWeights | undefined;
  /** Trains Uk, Uv and the projection of the decoder only, as RGRG does from a pretrained GPT-2. @defaultValue false */
  readonly freezeLanguageModel?: boolean | undefined;
  /** Decay of the average of the weights. @defaultValue none */
  readonly ema?: number | undefined;
  readonly seed: number;
  /** Weights to start from, by checkpoint key; the rest is drawn. */
  readonly initialWeights?: ReadonlyMap<string, Tensor> | undefined;
  readonly checkpointEvery?: number | undefined;
  /** Updates in one run of the device. @defaultValue 1 */
  readonly stepsPerRun?: number | undefined;
  readonly evaluate?:
    | {
        /** Updates between evaluations. @defaultValue a tenth of the run */
        readonly every?: number | undefined;
        /** Most validation texts whose loss is computed. @defaultValue 512 */
        readonly maxTexts?: number | undefined;
        /** Further numbers for the curve. */
        readonly run?:
          | ((context: TrainingContext) => Promise<Readonly<Record<string, number>>>)
          | undefined;
      }
    | undefined;
  readonly device?: Device | undefined;
  readonly threads?: number | undefined;
}

const TRAINED_IN_FROZEN = /^binary_classifier_|feature_space_transformation_nn|\.attn\.u[kv]\./;

/**
 * Trains the two region classifiers and the decoder on region features and sentences.
 *
 * Unlike RGRG, texts are drawn apart from pictures (every row of a batch is used) and there is no dropout.
 *
 * @throws {@link InvalidInputError} if there is nothing to learn, or sizes of examples, tokenizer and config differ;
 *   the signal's reason, after the state is saved.
 */
export async function trainReportGenerator(
  options: TrainReportGeneratorOptions,
): Promise<TrainingResult> {
  const { config, examples, learningRate = 1e-3, updates, runFolder, seed } = options;
  const { pictures = 16, texts = 64, loss = RGRG_LOSS } = options;
  const tokenizer = createTokenizer(options.tokenizer);
  checkOptions(options, tokenizer);
  const pack = (split: RegionExample['split']): PackedRegions =>
    packRegions(
      examples.filter((example) => example.split === split),
      config.regionFeatures,
    );
  const regions = pack('train');
  if (regions.texts.length === 0)
    throw new InvalidInputError('examples', 'detected regions with sentences to train on', 'none');
  const textLength = options.textLength ?? longestText(regions, tokenizer, config);
  const shapes = { regions: pictures * REGIONS, texts, textLength };
  const { graph, losses } = trainingGraph(config, shapes, loss);
  const step = buildTrainingStep(graph, losses, stepOptions(options));
  const { bosTokenId, eosTokenId } = config;
  const data: ReportBatchData = {
    ...{ regions, tokenizer: options.tokenizer, bosTokenId, eosTokenId },
    ...{ pictures, texts, textLength, seed },
  };
  const module = new URL('./batch-worker.js', import.meta.url);
  await using batches = workerBatches({ module, data });
  const check = { config, tokenizer, regions: pack('val'), loss, textLength, step };
  const result = await train({
    ...trainerOptions({ ...options, evaluate: undefined }),
    ...evaluation(options, check),
    ...{ runFolder, step, batches, updates, seed },
    schedule: warmCosineSchedule(learningRate, updates),
    settings: { pictures, texts, learningRate },
  });
  await writeSafetensors(join(runFolder, WEIGHTS_FILE), result.averageWeights, {
    metadata: { format: 'pt', [CONFIG_KEY]: JSON.stringify(config) },
  });
  return result;
}

function stepOptions({
  weightDecay = 0.01,
  clipNorm = 1,
  ema,
  freezeLanguageModel = false,
}: TrainReportGeneratorOptions): Parameters<typeof buildTrainingStep>[2] {
  return {
    optimizer: adamW({ weightDecay }),
    clipNorm,
    ...(ema !== undefined && { ema }),
    ...(freezeLanguageModel && {
      rate: (name: string) => (TRAINED_IN_FROZEN.test(name) ? 1 : 0),
    }),
  };
}

function checkOptions(
  { examples, config, textLength }: TrainReportGeneratorOptions,
  { vocabularySize }: Tokenizer,
): void {
  parseConfig(
    config,
    (problem) => new InvalidInputError('config', 'a valid configuration', problem),
  );
  checkExamples(examples, config);
  if (vocabularySize > config.vocabulary)
    throw new InvalidInputError(
      'config.vocabulary',
      `at least the tokenizer's size ${vocabularySize}`,
      config.vocabulary,
    );
  if (textLength !== undefined && textLength > config.maxLength)
    throw new InvalidInputError('textLength', `at most ${config.maxLength}`, textLength);
}

function longestText(
  { texts }: PackedRegions,
  tokenizer: Tokenizer,
  config: ReportGeneratorConfig,
): number {
  const distinct = new Set(texts.flatMap(({ alternatives }) => alternatives));
  let longest = 0;
  for (const text of distinct)
    longest = Math.max(longest, textTokens(tokenizer, text, config).length + 1);
  return Math.min(longest, config.maxLength);
}

function evaluation(
  { evaluate = {}, updates }: TrainReportGeneratorOptions,
  check: Omit<Parameters<typeof validation>[0], 'maxTexts'> & { readonly step: TrainingStep },
): Pick<TrainOptions, 'evaluate'> {
  const { every = Math.max(1, Math.ceil(updates / 10)), maxTexts = 512 } = evaluate;
  const parts = [
    ...(check.regions.pictures > 0 ? [validation({ ...check, maxTexts })] : []),
    ...(evaluate.run ? [evaluate.run] : []),
  ];
  if (parts.length === 0) return {};
  const run = async (context: TrainingContext): Promise<Record<string, number>> => {
    const numbers: Record<string, number> = {};
    for (const part of parts) Object.assign(numbers, await part(context));
    return numbers;
  };
  return { evaluate: { every, run } };
}
