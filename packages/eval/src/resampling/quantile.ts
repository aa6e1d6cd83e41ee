/**
 * Interpolates linearly between order statistics (type 7 of Hyndman & Fan 1996, numpy's default).
 *
 * @param sorted - `[N]` ascending.
 * @param q - In [0, 1].
 * @returns `null` for no values.
 */
export function quantile(sorted: ArrayLike<number>, q: number): number | null {
  if (sorted.length === 0) return null;
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
