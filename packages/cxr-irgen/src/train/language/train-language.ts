import { createRandom, InvalidInputError } from '@cxrkit/core';
import { createTokenizer, type Tokenizer, type TokenizerJson } from '@cxrkit/core/tokenizer';
import {
  type BatchSource,
  type TrainingContext,
  type TrainingResult,
  type TrainOptions,
  train,
  trainerOptions,
} from '@cxrkit/nn/train';
import type { BartConfig } from '../../network/bart/config.js';
import { itemOrder } from '../shared/item-order.js';
import type { PartTrainingOptions } from '../shared/part-training.js';
import { recordedRules, runSettings } from '../shared/run-settings.js';
import { loadSlotGraph, type RunSlotGraph } from '../shared/slot-graph.js';
import { spreadOf } from '../shared/spread.js';
import { scheduleOf } from '../shared/step-options.js';
import { drawnMasks } from './dropout-masks.js';
import { LANGUAGE_RULES, type LanguageRules } from './language-rules.js';
import {
  type LanguageStep,
  languageLossGraph,
  languageStep,
  type TextShape,
} from './language-step.js';
import { longestText, textBatch } from './text-batch.js';

/** A report and the data set that it is of. */
export interface SourcedText {
  readonly text: string;
  readonly source: string;
}

/** What {@link trainLanguage} takes. */
export interface TrainLanguageOptions extends PartTrainingOptions {
  readonly config: BartConfig;
  /** Frames a text with BOS and EOS and pads with PAD, by the ids of the config. */
  readonly tokenizer: TokenizerJson;
  /** Reports that are learned, and others for the curve. */
  readonly texts: {
    readonly train: readonly (string | SourcedText)[];
    readonly val?: readonly string[];
  };
  /**
   * Frequency of each data set, of a random order; one of 0 is left out, and one that is not named has the square root of
   * its size. @defaultValue all texts alike
   */
  readonly shares?: Readonly<Record<string, number>>;
  /** Texts a batch. @defaultValue 32 */
  readonly batchSize?: number;
  /** Tokens of a text, special ones included. @defaultValue those of the longest, at most the config's `maxLength` */
  readonly textLength?: number;
  /** @defaultValue 1e-3 */
  readonly learningRate?: number;
  /** @defaultValue {@link LANGUAGE_RULES} */
  readonly rules?: LanguageRules;
  readonly evaluate?: {
    /** Updates between evaluations. @defaultValue 250 */
    readonly every?: number;
    /** @defaultValue 128 */
    readonly texts?: number;
  };
}

/**
 * Trains the language module: a BART that is to give a report back from one vector of it.
 *
 * @throws {@link InvalidInputError} without a text, or if tokenizer and config differ; the signal's reason, after the
 *   state is saved.
 */
export async function trainLanguage(options: TrainLanguageOptions): Promise<TrainingResult> {
  const { config, updates, runFolder, seed, rules = LANGUAGE_RULES } = options;
  const { batchSize = 32, learningRate = 1e-3, shares } = options;
  const tokenizer = createTokenizer(options.tokenizer);
  const texts = learnedTexts(options);
  checkTexts(texts, options, tokenizer);
  const longest = longestText(
    texts.map(({ text }) => text),
    tokenizer,
  );
  const { textLength = Math.min(longest, config.maxLength) } = options;
  if (textLength > config.maxLength)
    throw new InvalidInputError('textLength', `at most ${config.maxLength}`, textLength);
  const shape = { texts: batchSize, length: textLength };
  const step = languageStep(config, shape, rules);
  return await train({
    ...trainerOptions({ ...options, evaluate: undefined }),
    ...{ runFolder, step, updates, seed, title: 'Language module' },
    batches: batchesOf(texts, tokenizer, { ...options, shape, rules, step }),
    schedule: scheduleOf(rules, learningRate, updates),
    settings: runSettings({
      ...{ batchSize, learningRate, textLength, rules: recordedRules(rules), shares, config },
    }),
    ...validation(options, tokenizer, shape, step),
  });
}

/** The texts to learn; without shares they are all of one source, so that each is as likely as another. */
function learnedTexts({ texts, shares }: TrainLanguageOptions): SourcedText[] {
  const all = texts.train.map((given) =>
    typeof given === 'string' ? { text: given, source: 'texts' } : given,
  );
  if (shares === undefined) return all.map(({ text }) => ({ text, source: 'texts' }));
  return all.filter(({ source }) => shares[source] !== 0);
}

function checkTexts(
  texts: readonly SourcedText[],
  { config }: TrainLanguageOptions,
  tokenizer: Tokenizer,
): void {
  if (texts.length === 0) throw new InvalidInputError('texts.train', 'at least one report', 'none');
  if (tokenizer.vocabularySize > config.vocabulary)
    throw new InvalidInputError(
      'config.vocabulary',
      `at least the tokenizer's size ${tokenizer.vocabularySize}`,
      config.vocabulary,
    );
  const frame = tokenizer.encode('');
  const wanted = [config.bosTokenId, config.eosTokenId];
  if (String(frame) !== String(wanted))
    throw new InvalidInputError(
      'tokenizer',
      `BOS ${wanted[0]} and EOS ${wanted[1]} around a text`,
      frame,
    );
}

/** Names the stream of random numbers of dropout. */
const DROPOUT_STREAM = 0xd09;

/** What {@link batchesOf} draws by. */
interface TextBatchesOptions extends Pick<TrainLanguageOptions, 'seed' | 'config' | 'shares'> {
  readonly shape: TextShape;
  readonly rules: LanguageRules;
  readonly step: LanguageStep;
}

function batchesOf(
  items: readonly SourcedText[],
  tokenizer: Tokenizer,
  { seed, config, shares = {}, shape, rules, step }: TextBatchesOptions,
): BatchSource {
  const { texts: batchSize, length } = shape;
  const order = itemOrder(items, { isFixed: !rules.shuffle, shares, seed });
  return {
    batch: async (index) => {
      const chosen = Array.from(
        { length: batchSize },
        (_, place) => items[order(index * batchSize + place)].text,
      );
      return {
        ...textBatch(chosen, tokenizer, length, config, rules.maskPadding),
        ...drawnMasks(step.masks, rules.dropout, createRandom(seed, DROPOUT_STREAM, index)),
      };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Cross-entropy of a token and the share of tokens that are guessed, by the average weights; padding left out. */
function validation(
  { texts: { val = [] }, evaluate = {}, seed, config }: TrainLanguageOptions,
  tokenizer: Tokenizer,
  shape: TextShape,
  step: LanguageStep,
): Pick<TrainOptions, 'evaluate'> {
  const { every = 250, texts: most = 128 } = evaluate;
  const chosen = spreadOf(val, most, seed);
  if (chosen.length === 0) return {};
  let loaded: Promise<RunSlotGraph> | undefined;
  const run = async ({
    runtime,
  }: TrainingContext): Promise<{ tokens: number; accuracy: number }> => {
    loaded ??= loadSlotGraph(runtime, languageLossGraph(config, shape), step);
    const score = await loaded;
    const sums = { tokens: 0, count: 0, right: 0 };
    for (let start = 0; start < chosen.length; start += shape.texts) {
      const rows = Array.from(
        { length: shape.texts },
        (_, i) => chosen[(start + i) % chosen.length],
      );
      const { weights, ...feeds } = textBatch(rows, tokenizer, shape.length, config, true);
      const { losses, predictions } = await score(feeds);
      for (let i = 0; i < weights.data.length; i++) {
        if (weights.data[i] === 0) continue;
        sums.count++;
        sums.tokens += Number(losses.data[i]);
        if (predictions.data[i] === feeds.targets.data[i]) sums.right++;
      }
    }
    return { tokens: sums.tokens / sums.count, accuracy: sums.right / sums.count };
  };
  return { evaluate: { every, run } };
}
