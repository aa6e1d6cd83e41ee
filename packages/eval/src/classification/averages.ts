import { type BinaryRates, binaryRates, type RateOptions } from './binary-rates.js';
import { type BinaryConfusion, mergeConfusions } from './f1.js';

/**
 * How the values of several labels or classes become one: `macro` is their mean, `weighted` their mean by number of
 * positives, `micro` the value of all decisions pooled. Labels without a value are left out of a mean.
 */
export type Average = 'macro' | 'micro' | 'weighted';

/** @returns The (weighted) mean of the values there are; `null` if there are none. */
export function meanOfDefined(
  values: readonly (number | null)[],
  weights?: readonly number[],
): number | null {
  let sum = 0;
  let total = 0;
  for (const [i, value] of values.entries()) {
    if (value === null) continue;
    const weight = weights === undefined ? 1 : weights[i];
    sum += weight * value;
    total += weight;
  }
  return total > 0 ? sum / total : null;
}

/**
 * Averages a rate over labels, classes or samples given by their counts.
 *
 * @param confusions - One a label, such as from {@link columnConfusions} or {@link oneVersusRest}.
 * @returns `null` where no label has a value; with `zeroDivision: 0` such labels count as 0, as in scikit-learn.
 */
export function averageRate(
  rate: keyof BinaryRates,
  confusions: readonly BinaryConfusion[],
  average: Average,
  options: RateOptions = {},
): number | null {
  if (average === 'micro') return binaryRates(mergeConfusions(confusions), options)[rate];
  const values = confusions.map((confusion) => binaryRates(confusion, options)[rate]);
  const supports = confusions.map((each) => each.truePositives + each.falseNegatives);
  return meanOfDefined(values, average === 'weighted' ? supports : undefined);
}
