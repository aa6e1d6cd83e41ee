import { z } from 'zod';

/** How a network is trained, beyond what has an option of its own. */
export interface TrainingRules {
  /** How often each data set is drawn. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Patterns of weights and the factor of their learning rate, 0 = frozen; the first that fits counts. */
  readonly rates?: readonly (readonly [pattern: string, factor: number])[];
  readonly weightDecay?: number;
  /** Decay of the average of the weights. */
  readonly ema?: number;
  /** Weight of the findings' loss of the detector. */
  readonly findingWeight?: number;
}

/** Checks {@link TrainingRules}. */
export const trainingRulesSchema: z.ZodType<TrainingRules> = z.strictObject({
  shares: z.exactOptional(z.record(z.string(), z.number().positive())),
  rates: z.exactOptional(z.array(z.tuple([z.string(), z.number().min(0)]))),
  weightDecay: z.exactOptional(z.number().min(0)),
  ema: z.exactOptional(z.number().min(0).max(1)),
  findingWeight: z.exactOptional(z.number().min(0)),
});

/** @returns The rules as the training verbs take them. */
export function trainingOptions({ rates, ...rules }: TrainingRules = {}): Omit<
  TrainingRules,
  'rates'
> & {
  readonly rate?: (name: string) => number;
} {
  if (rates === undefined) return rules;
  const compiled = rates.map(([pattern, factor]) => ({ pattern: new RegExp(pattern), factor }));
  return {
    ...rules,
    rate: (name) => compiled.find(({ pattern }) => pattern.test(name))?.factor ?? 1,
  };
}
