import { expect } from 'vitest';

/** Asserts that so many of `draws` are what one of the chance `rate` gives, within five standard deviations. */
export function expectRate(found: number, draws: number, rate: number): void {
  const deviation = Math.sqrt(draws * rate * (1 - rate));
  expect(Math.abs(found - draws * rate), `${found} of ${draws} at ${rate}`).toBeLessThan(
    5 * deviation,
  );
}
