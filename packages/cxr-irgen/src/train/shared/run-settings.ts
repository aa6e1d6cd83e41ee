/** Rules that could not always be chosen, and what held before: written as nothing, so that older runs go on. */
const BEFORE: Readonly<Record<string, unknown>> = {
  decay: 'matrices',
  dropout: 0,
  jointDropout: 0,
};

/**
 * Writes options as the settings that make a run what it is (see `train` of nn): a run is not resumed with others.
 *
 * @returns Numbers and texts as they are, the rest as JSON; what is undefined is null, so that it differs from a value.
 */
export function runSettings(
  options: Readonly<Record<string, unknown>>,
): Record<string, string | number> {
  const entries = Object.entries(options).map(([name, value]) => {
    const isPlain = typeof value === 'string' || typeof value === 'number';
    return [name, isPlain ? value : JSON.stringify(value ?? null)] as const;
  });
  return Object.fromEntries(entries);
}

/** @returns Rules for {@link runSettings}. */
export function recordedRules(rules: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(rules).map(([name, value]) => [name, BEFORE[name] === value ? null : value]),
  );
}
