import { checkLength } from '../classification/checks.js';
import { twoSided } from './normal.js';

export interface McnemarOptions {
  /**
   * `exact`: the binomial test of the cases on which just one system is right; `chi-square`: its approximation with
   * the continuity correction of Edwards (1948).
   *
   * @defaultValue 'exact'
   */
  readonly method?: 'exact' | 'chi-square';
  /**
   * Of the chi-square method.
   *
   * @defaultValue true
   */
  readonly continuityCorrection?: boolean;
}

/** Outcome of McNemar's test. */
export interface McnemarResult {
  /** Cases that only the first system got right. */
  readonly onlyA: number;
  /** Cases that only the second got right. */
  readonly onlyB: number;
  /** The smaller of both (exact) or chi-square with one degree of freedom; `null` where it is 0/0. */
  readonly statistic: number | null;
  /** Two-sided. */
  readonly p: number | null;
  readonly reason?: string;
}

/**
 * Tests whether two systems are right equally often on the same cases (McNemar 1947).
 *
 * @param a - `[N]` predictions of the first system, any classes.
 * @param b - `[N]` predictions of the second.
 * @param labels - `[N]` the truth.
 * @throws {@link InvalidInputError} if the lengths differ.
 */
export function mcnemar<Class extends string | number>(
  a: readonly Class[],
  b: readonly Class[],
  labels: readonly Class[],
  { method = 'exact', continuityCorrection = true }: McnemarOptions = {},
): McnemarResult {
  checkLength('a', `${labels.length} predictions`, a.length, labels.length);
  checkLength('b', `${labels.length} predictions`, b.length, labels.length);
  let onlyA = 0;
  let onlyB = 0;
  for (const [i, label] of labels.entries()) {
    const isARight = a[i] === label;
    const isBRight = b[i] === label;
    if (isARight && !isBRight) onlyA++;
    if (isBRight && !isARight) onlyB++;
  }
  if (method === 'exact') {
    const statistic = Math.min(onlyA, onlyB);
    return { onlyA, onlyB, statistic, p: exactP(statistic, onlyA + onlyB) };
  }
  if (onlyA + onlyB === 0)
    return { onlyA, onlyB, statistic: null, p: null, reason: 'the systems never differ' };
  const distance = Math.max(0, Math.abs(onlyA - onlyB) - (continuityCorrection ? 1 : 0));
  const statistic = distance ** 2 / (onlyA + onlyB);
  return { onlyA, onlyB, statistic, p: twoSided(Math.sqrt(statistic)) };
}

/**
 * Doubles the chance of at most `k` heads in `n` fair throws. The binomial weights are taken relative to the middle
 * one, so that nothing overflows.
 */
function exactP(k: number, n: number): number {
  const middle = Math.floor(n / 2);
  let weight = 1;
  let all = 0;
  let tail = 0;
  for (let i = middle; i >= 0; i--) {
    all += n - i === i ? weight : 2 * weight;
    if (i <= k) tail += weight;
    weight *= i / (n - i + 1);
  }
  return Math.min(1, (2 * tail) / all);
}
