/**
 * Ranks values ascending from 1; equal ones share the mean of their ranks.
 *
 * @param values - `[N]` finite numbers.
 * @returns `[N]`
 */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const { length } = values;
  const keys = Float64Array.from(values);
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  order.sort((a, b) => keys[a] - keys[b]);
  const ranks = new Float64Array(length);
  for (let start = 0; start < length; ) {
    let end = start + 1;
    while (end < length && keys[order[end]] === keys[order[start]]) end++;
    for (let i = start; i < end; i++) ranks[order[i]] = (start + end + 1) / 2;
    start = end;
  }
  return ranks;
}
