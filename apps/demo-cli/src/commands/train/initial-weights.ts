import { InvalidInputError, type TaskOptions, type Tensor } from '@cxrkit/core';
import { greyStem } from '@cxrkit/nn';
import { readCheckpoint, renameKeys } from '@cxrkit/nn/checkpoint';
import { z } from 'zod';

/** What is taken of a run of ours, or of a file with the network's own names: averages where there are any. */
const OWN_NAMES: InitRules = {
  rename: [
    ['^(?!m/|v/|ema/)', ''],
    ['^ema/', ''],
  ],
};

/** How the weights of `--init` become those of the network. */
export interface InitRules {
  /** Patterns and replacements; a weight that fits none is left out, and the last rule wins where two meet. */
  readonly rename: readonly (readonly [pattern: string, replacement: string])[];
  /** Key (after renaming) of a first convolution over RGB that is summed to grey. */
  readonly greyStem?: string;
}

/** Checks {@link InitRules}. */
export const initRulesSchema: z.ZodType<InitRules> = z.strictObject({
  rename: z.array(z.tuple([z.string(), z.string()])).min(1),
  greyStem: z.exactOptional(z.string()),
});

/**
 * Reads the checkpoint of `--init`.
 *
 * @param rules - Without any the names are the network's own, as in the state of another run.
 * @returns Weights by the network's keys, or nothing where no file is given.
 * @throws {@link InvalidInputError} if rules fit no weight; CheckpointError for a damaged file.
 */
export async function readInitialWeights(
  path: string | undefined,
  rules: InitRules | undefined = OWN_NAMES,
  { signal }: TaskOptions,
): Promise<{ readonly initialWeights?: ReadonlyMap<string, Tensor> }> {
  if (path === undefined) return {};
  const { tensors } = await readCheckpoint(path, { ...(signal && { signal }) });
  const weights = new Map<string, Tensor>();
  for (const [pattern, replacement] of rules.rename) {
    const rule = new RegExp(pattern);
    const fitting = new Map([...tensors].filter(([name]) => rule.test(name)));
    for (const [name, tensor] of renameKeys(fitting, [[rule, replacement]]))
      weights.set(name, tensor);
  }
  if (weights.size === 0)
    throw new InvalidInputError(
      'init.rename',
      `patterns that fit weights of ${path}`,
      rules.rename.flat(),
    );
  if (rules.greyStem === undefined) return { initialWeights: weights };
  return { initialWeights: new Map([...weights, ...greyStem(weights, rules.greyStem)]) };
}
