import type { AugmentOptions } from '@cxrkit/clip-classifier/train';
import { z } from 'zod';

/** How a network is trained, beyond what has an option of its own. */
export interface TrainingRules {
  /** How often each data set is drawn; one of 0 never is. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Patterns of weights and the factor of their learning rate, 0 = frozen; the first that fits counts. */
  readonly rates?: readonly (readonly [pattern: string, factor: number])[];
  readonly weightDecay?: number;
  /** Decay of the average of the weights. */
  readonly ema?: number;
}

/** {@link TrainingRules} of a detector. */
export interface DetectorTrainingRules extends TrainingRules {
  /** Weight of the findings' loss. */
  readonly findingWeight?: number;
}

/** {@link TrainingRules} of a classifier. */
export interface ClipTrainingRules extends TrainingRules {
  readonly augmentation?: AugmentOptions;
  /** Several data sets in one batch, as batch normalisation needs it. */
  readonly mixSources?: boolean;
}

const rules = {
  shares: z.exactOptional(z.record(z.string(), z.number().min(0))),
  rates: z.exactOptional(z.array(z.tuple([z.string(), z.number().min(0)]))),
  weightDecay: z.exactOptional(z.number().min(0)),
  ema: z.exactOptional(z.number().min(0).max(1)),
};

/** Checks {@link DetectorTrainingRules}. */
export const detectorTrainingRulesSchema: z.ZodType<DetectorTrainingRules> = z.strictObject({
  ...rules,
  findingWeight: z.exactOptional(z.number().min(0)),
});

const fraction = z.number().min(0).max(1);

/** Checks {@link ClipTrainingRules}. */
export const clipTrainingRulesSchema: z.ZodType<ClipTrainingRules> = z.strictObject({
  ...rules,
  mixSources: z.exactOptional(z.boolean()),
  augmentation: z.exactOptional(
    z.strictObject({
      scale: z.tuple([z.number().positive(), z.number().positive()]),
      rotation: z.number().min(0).max(180),
      shift: fraction,
      contrast: fraction,
      brightness: fraction,
      blur: fraction,
      erase: fraction,
    }),
  ),
});

/** @returns The rules as the training verbs take them. */
export function trainingOptions<Rules extends TrainingRules>(
  given?: Rules,
): Omit<Rules, 'rates'> & { readonly rate?: (name: string) => number } {
  const { rates, ...others } = given ?? ({} as Rules);
  if (rates === undefined) return others;
  const compiled = rates.map(([pattern, factor]) => ({ pattern: new RegExp(pattern), factor }));
  return {
    ...others,
    rate: (name) => compiled.find(({ pattern }) => pattern.test(name))?.factor ?? 1,
  };
}
