import { InvalidInputError } from '@cxrkit/core';

/** A generated text with the texts it should be like. */
export interface TextPair {
  /** Names the item in results; different for each. */
  readonly id: string;
  /** Generated text; may be empty and then scores as each metric says. */
  readonly candidate: string;
  /** One true text or more; a text may be empty. */
  readonly references: readonly string[];
}

/**
 * Checks that pairs can be scored.
 *
 * @throws {@link InvalidInputError} for a missing or repeated id, a candidate that is no text, or no reference.
 */
export function checkPairs(pairs: readonly TextPair[]): void {
  const seen = new Map<string, number>();
  for (const [index, pair] of pairs.entries()) {
    checkPair(pair, `pairs[${index}]`);
    const first = seen.get(pair.id);
    if (first !== undefined)
      throw new InvalidInputError(
        `pairs[${index}].id`,
        'an id of its own',
        pair.id,
        `pairs[${first}] has the same; give one pair with several references instead.`,
      );
    seen.set(pair.id, index);
  }
}

/**
 * Checks one pair.
 *
 * @param name - What the error calls it.
 * @throws {@link InvalidInputError} as {@link checkPairs} does, repeated ids apart.
 */
export function checkPair(pair: TextPair, name: string): void {
  const { id, candidate, references } = pair;
  if (typeof id !== 'string' || id === '')
    throw new InvalidInputError(`${name}.id`, 'a text that is not empty', id);
  if (typeof candidate !== 'string')
    throw new InvalidInputError(`${name}.candidate`, `a text (id ${id})`, candidate);
  if (!Array.isArray(references) || references.length === 0)
    throw new InvalidInputError(`${name}.references`, `at least one text (id ${id})`, references);
  for (const [index, reference] of references.entries())
    if (typeof reference !== 'string')
      throw new InvalidInputError(`${name}.references[${index}]`, `a text (id ${id})`, reference);
}
