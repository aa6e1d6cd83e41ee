import { AssertionError } from 'node:assert';

/** Options of {@link expectAllclose}. */
export interface AllcloseOptions {
  /**
   * Relative tolerance, times |expected|.
   * @defaultValue 1e-5
   */
  readonly rtol?: number;
  /**
   * Absolute tolerance.
   * @defaultValue 1e-8
   */
  readonly atol?: number;
}

/**
 * Checks that |actual - expected| <= atol + rtol * |expected| for every element (the rule of `numpy.allclose`).
 * Equal infinities pass; NaN never does.
 *
 * @throws AssertionError that counts the misses and shows the worst and the first few.
 */
export function expectAllclose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { rtol = 1e-5, atol = 1e-8 }: AllcloseOptions = {},
): void {
  if (actual.length !== expected.length)
    throw new AssertionError({
      message: `Expected ${expected.length} elements, got ${actual.length}.`,
    });
  const misses: number[] = [];
  for (let i = 0; i < expected.length; i++)
    if (!isClose(actual[i], expected[i], rtol, atol)) misses.push(i);
  if (misses.length === 0) return;
  const difference = (i: number): number => {
    const size = Math.abs(actual[i] - expected[i]);
    return Number.isNaN(size) ? Number.POSITIVE_INFINITY : size;
  };
  const worst = misses.reduce((a, b) => (difference(b) > difference(a) ? b : a));
  const line = (i: number): string =>
    `  [${i}] expected ${expected[i]}, got ${actual[i]}, difference ${difference(i).toExponential(2)}`;
  throw new AssertionError({
    message: [
      `${misses.length} of ${expected.length} elements differ by more than ${atol} + ${rtol} * |expected|.`,
      'Worst:',
      line(worst),
      'First:',
      ...misses.slice(0, 5).map(line),
    ].join('\n'),
  });
}

function isClose(actual: number, expected: number, rtol: number, atol: number): boolean {
  if (actual === expected) return true;
  return (
    Number.isFinite(expected) && Math.abs(actual - expected) <= atol + rtol * Math.abs(expected)
  );
}
