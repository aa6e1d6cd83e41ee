/**
 * Writes options as the settings that make a run what it is (see `train` of nn): a run is not resumed with others.
 *
 * @returns Numbers and texts as they are, the rest as JSON; what is undefined is left out.
 */
export function runSettings(
  options: Readonly<Record<string, unknown>>,
): Record<string, string | number> {
  const entries = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const isPlain = typeof value === 'string' || typeof value === 'number';
    return [[name, isPlain ? value : JSON.stringify(value)] as const];
  });
  return Object.fromEntries(entries);
}
