import { InvalidInputError } from '@cxrkit/core';

/** A pattern and what replaces its match, as `String.replace` takes them (`$1` is the first group). */
export type RenameRule = readonly [pattern: RegExp, replacement: string];

/**
 * Renames entries, such as a checkpoint's weights to the names a graph uses.
 *
 * Every rule is applied to every name, in order, each to what the one before has made.
 *
 * @returns A new map in the same order, with the same values.
 * @throws {@link InvalidInputError} if two names become one.
 */
export function renameKeys<T>(
  entries: ReadonlyMap<string, T>,
  rules: readonly RenameRule[],
): Map<string, T> {
  const renamed = new Map<string, T>();
  const sources = new Map<string, string>();
  for (const [name, value] of entries) {
    const next = rules.reduce((word, [pattern, text]) => word.replace(pattern, text), name);
    const other = sources.get(next);
    if (other !== undefined)
      throw new InvalidInputError(
        'rules',
        'rules that keep names apart',
        `${other} and ${name} both renamed to ${next}`,
        'Make a pattern narrower, or drop one of the two entries first.',
      );
    sources.set(next, name);
    renamed.set(next, value);
  }
  return renamed;
}
