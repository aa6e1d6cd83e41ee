import type {
  LanguageRules,
  PriorRules,
  PublishedPace,
  TrainVaeOptions,
  VisionRules,
} from '@cxrkit/cxr-irgen/train';
import { z } from 'zod';
import type { TrainCommandOptions } from './train-options.js';

const positive = z.number().positive();
const fraction = z.number().min(0).max(1);
const share = z.record(z.string(), z.number().min(0));

/** How an autoencoder is trained. */
export type VaeTrainingRules = Pick<
  TrainVaeOptions,
  'weightDecay' | 'ema' | 'shares' | 'loss' | 'augmentation' | 'fit' | 'crop'
>;

/** Checks {@link VaeTrainingRules}. */
export const vaeTrainingRulesSchema: z.ZodType<VaeTrainingRules> = z.strictObject({
  weightDecay: z.exactOptional(z.number().min(0)),
  ema: z.exactOptional(fraction),
  shares: z.exactOptional(share),
  loss: z.exactOptional(
    z.strictObject({
      absolute: z.number().min(0),
      squared: z.number().min(0),
      divergence: z.number().min(0),
    }),
  ),
  augmentation: z.exactOptional(
    z.strictObject({
      plain: fraction,
      scale: z.tuple([positive, positive]),
      rotation: z.number().min(0).max(180),
      shift: fraction,
      contrast: fraction,
      brightness: fraction,
    }),
  ),
  fit: z.exactOptional(z.enum(['cover', 'stretch'])),
  crop: z.exactOptional(z.int().positive()),
});

/**
 * How a part behind the autoencoder is trained: the rules of a preset, of which some may be others, and how often each
 * data set is drawn.
 */
export interface PartTraining<Rules> {
  /** `ours` or `faithful`, as published. @defaultValue 'ours' */
  readonly preset?: 'ours' | 'faithful';
  readonly rules?: Partial<Rules>;
  readonly shares?: Readonly<Record<string, number>>;
}

const updateRules = {
  shuffle: z.exactOptional(z.boolean()),
  ema: z.exactOptional(fraction.nullable()),
  clipNorm: z.exactOptional(positive.nullable()),
  weightDecay: z.exactOptional(z.number().min(0)),
  decay: z.exactOptional(z.enum(['all', 'matrices'])),
  schedule: z.exactOptional(z.enum(['warm-cosine', 'constant'])),
};
const drawingRules = { repeatBelow: z.exactOptional(fraction.nullable()) };
const posterior = z.exactOptional(z.enum(['mean', 'sample']));

/** Checks the rules of a denoiser's training. */
export const visionTrainingSchema: z.ZodType<PartTraining<VisionRules>> = training(
  z.strictObject({
    ...updateRules,
    ...drawingRules,
    posterior,
    textDropout: z.exactOptional(fraction),
    imageDropout: z.exactOptional(fraction),
    jointDropout: z.exactOptional(fraction),
    reference: z.exactOptional(z.enum(['random', 'table', 'none'])),
    negatives: z.exactOptional(z.enum(['all', 'some'])),
    minSnr: z.exactOptional(positive.nullable()),
  }),
);

/** How a language module is trained. */
export interface LanguageTraining extends PartTraining<LanguageRules> {
  /**
   * Tokens of a text, special ones included. @defaultValue those of the longest, at most the architecture's `maxLength`;
   * of the preset `faithful` always `maxLength`
   */
  readonly textLength?: number;
}

/** Checks a {@link LanguageTraining}. */
export const languageTrainingSchema: z.ZodType<LanguageTraining> = z.strictObject({
  ...partTraining(
    z.strictObject({
      ...updateRules,
      maskPadding: z.exactOptional(z.boolean()),
      dropout: z.exactOptional(z.number().min(0).lt(1)),
    }),
  ),
  textLength: z.exactOptional(z.int().min(2)),
});

/** Checks the rules of a prior's training. */
export const priorTrainingSchema: z.ZodType<PartTraining<PriorRules>> = training(
  z.strictObject({
    ...updateRules,
    ...drawingRules,
    posterior,
    cosineWeight: z.exactOptional(z.number().min(0)),
    findingsDropout: z.exactOptional(fraction),
    findingsSwap: z.exactOptional(fraction),
  }),
);

function training<Rules>(rules: z.ZodType<Partial<Rules>>): z.ZodType<PartTraining<Rules>> {
  return z.strictObject(partTraining(rules));
}

function partTraining<Rules>(rules: z.ZodType<Partial<Rules>>) {
  return {
    preset: z.exactOptional(z.enum(['ours', 'faithful'])),
    rules: z.exactOptional(rules),
    shares: z.exactOptional(share),
  };
}

/** @returns The rules of a preset with those that a config changes. */
export function chosenRules<Rules>(
  { preset = 'ours', rules }: PartTraining<Rules>,
  presets: Readonly<Record<'ours' | 'faithful', Rules>>,
): Rules {
  return { ...presets[preset], ...rules };
}

/** @returns What the command line says of batches and steps; where it says nothing and the preset is `faithful`, what was published. */
export function chosenPace<Rules>(
  { preset = 'ours' }: PartTraining<Rules>,
  { batchSize, learningRate }: Pick<TrainCommandOptions, 'batchSize' | 'learningRate'>,
  published: PublishedPace,
): Partial<PublishedPace> {
  return {
    ...(preset === 'faithful' && published),
    ...(batchSize !== undefined && { batchSize }),
    ...(learningRate !== undefined && { learningRate }),
  };
}
