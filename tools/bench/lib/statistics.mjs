/**
 * Middle of a list of numbers.
 *
 * @param {readonly number[]} values
 */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Three significant digits, without an exponent.
 *
 * @param {number} value
 */
export function rounded(value) {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '–';
}
