import { InvalidInputError } from '@cxrkit/core';

/**
 * How p values of several tests are corrected: `bonferroni` and `holm` bound the chance of any false rejection (Holm
 * 1979 is never weaker), `benjamini-hochberg` the expected share of false ones among the rejections (Benjamini &
 * Hochberg 1995).
 */
export type Correction = 'bonferroni' | 'holm' | 'benjamini-hochberg';

/**
 * Adjusts p values for being several; compare the results with the level as if each were alone.
 *
 * @param p - `[N]` in [0, 1].
 * @returns `[N]` in the same order; equal to R's `p.adjust`.
 * @throws {@link InvalidInputError} for what is no p value; leave tests without one out first.
 */
export function adjustPValues(p: readonly number[], correction: Correction): number[] {
  for (const [i, each] of p.entries())
    if (!(each >= 0 && each <= 1))
      throw new InvalidInputError(`p[${i}]`, 'a p value in [0, 1]', each);
  const n = p.length;
  if (correction === 'bonferroni') return p.map((each) => Math.min(1, each * n));
  const order = p.map((_, i) => i).sort((a, b) => p[a] - p[b]);
  const adjusted = new Array<number>(n);
  let running = correction === 'holm' ? 0 : 1;
  for (let step = 0; step < n; step++) {
    const rank = correction === 'holm' ? step : n - 1 - step;
    const each = p[order[rank]];
    running =
      correction === 'holm'
        ? Math.max(running, Math.min(1, each * (n - rank)))
        : Math.min(running, (each * n) / (rank + 1));
    adjusted[order[rank]] = running;
  }
  return adjusted;
}
