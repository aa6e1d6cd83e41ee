/** Where two values differ. */
export interface Difference {
  /** Names from the outside in, such as `rules.shuffle`; empty for the whole. */
  readonly path: string;
  readonly own: unknown;
  readonly other: unknown;
}

/**
 * Finds the innermost place where two values of JSON differ first. What is absent and what is `null` are the same, so that a
 * setting that is added later, and is off, makes no difference.
 */
export function firstDifference(own: unknown, other: unknown): Difference | undefined {
  return differenceAt(own, other, []);
}

function differenceAt(
  own: unknown,
  other: unknown,
  path: readonly string[],
): Difference | undefined {
  if (isRecord(own) && isRecord(other)) {
    for (const name of new Set([...Object.keys(own), ...Object.keys(other)])) {
      const found = differenceAt(own[name], other[name], [...path, name]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return JSON.stringify(own ?? null) === JSON.stringify(other ?? null)
    ? undefined
    : { path: path.join('.'), own, other };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
