/**
 * Adds arrays of equal length, each times its coefficient, in float64: the sum of every formula of a sampler.
 *
 * @param coefficients - One an array.
 */
export function combine(
  coefficients: readonly number[],
  arrays: readonly ArrayLike<number>[],
): Float64Array {
  const sum = new Float64Array(arrays[0].length);
  for (const [k, array] of arrays.entries()) {
    const coefficient = coefficients[k];
    for (let i = 0; i < sum.length; i++) sum[i] += coefficient * array[i];
  }
  return sum;
}
