import jstat from 'jstat';

/** @returns The chance that a standard normal number is at most `z`; absolute error about 1e-15. */
export function normalProbability(z: number): number {
  return jstat.normal.cdf(z, 0, 1);
}

/** @returns The number below which a standard normal one lies with chance `p`, in (0, 1). */
export function normalQuantile(p: number): number {
  return jstat.normal.inv(p, 0, 1);
}

/** @returns The chance of a standard normal number at least as far from 0 as `z`. */
export function twoSided(z: number): number {
  return Math.min(1, 2 * normalProbability(-Math.abs(z)));
}
