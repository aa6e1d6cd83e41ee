import { CheckpointError, type Tensor } from '@cxrkit/core';
import { shortList } from './checkpoint.js';

/**
 * Checks that weights are exactly those an architecture has: same names, same shapes.
 *
 * @param expected - Dims by name.
 * @param path - Names the weights in the error.
 * @throws {@link CheckpointError} listing missing, unexpected and wrongly shaped tensors (ten of each).
 */
export function assertKeys(
  tensors: ReadonlyMap<string, Pick<Tensor, 'dims'>>,
  expected: ReadonlyMap<string, readonly number[]>,
  path = '(weights in memory)',
): void {
  const missing = [...expected.keys()].filter((name) => !tensors.has(name));
  const unexpected = [...tensors.keys()].filter((name) => !expected.has(name));
  const misshaped: string[] = [];
  for (const [name, dims] of expected) {
    const actual = tensors.get(name)?.dims;
    if (actual !== undefined && !sameDims(actual, dims))
      misshaped.push(`${name} (expected [${dims.join(', ')}], got [${actual.join(', ')}])`);
  }
  const complaints = [
    ...complaint('missing', missing),
    ...complaint('unexpected', unexpected),
    ...complaint('of another shape', misshaped),
  ];
  if (complaints.length > 0)
    throw new CheckpointError(
      path,
      `its tensors do not fit the architecture. ${complaints.join('; ')}. Check the configured sizes, or rename the keys first.`,
    );
}

function complaint(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${names.length} ${what}: ${shortList(names)}`];
}

function sameDims(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}
