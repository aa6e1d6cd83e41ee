import { InvalidInputError } from '@cxrkit/core';
import type { Metric } from '../score/metric.js';
import type { Decision } from './binary-rates.js';
import { checkClasses, checkLength } from './checks.js';
import type { BinaryConfusion } from './f1.js';

/** Counts of decisions among several classes. */
export interface ConfusionMatrix<Class = string> {
  readonly classes: readonly Class[];
  /** `[C][C]` rows are the truth, columns the predictions. */
  readonly counts: readonly (readonly number[])[];
}

/**
 * Counts decisions among several classes.
 *
 * @param predictions - `[N]` of `classes`.
 * @param labels - `[N]` of `classes`.
 * @throws {@link InvalidInputError} if the lengths differ, classes repeat or a value is none of them.
 */
export function confusionMatrix<Class extends string | number>(
  predictions: readonly Class[],
  labels: readonly Class[],
  classes: readonly Class[],
): ConfusionMatrix<Class> {
  checkLength('labels', `${predictions.length} labels`, labels.length, predictions.length);
  const index = new Map(classes.map((each, i) => [each, i]));
  if (index.size !== classes.length)
    throw new InvalidInputError('classes', 'classes without repetition', classes);
  const at = (name: string, value: Class): number => {
    const found = index.get(value);
    if (found === undefined)
      throw new InvalidInputError(name, `one of ${classes.join(', ')}`, value);
    return found;
  };
  const counts = classes.map(() => classes.map(() => 0));
  for (let i = 0; i < labels.length; i++)
    counts[at(`labels[${i}]`, labels[i])][at(`predictions[${i}]`, predictions[i])]++;
  return { classes, counts };
}

/** Reads each class against all others. */
export function oneVersusRest({ counts }: ConfusionMatrix<unknown>): BinaryConfusion[] {
  const { rows, columns, total } = margins(counts);
  return counts.map((row, i) => ({
    truePositives: row[i],
    falsePositives: columns[i] - row[i],
    falseNegatives: rows[i] - row[i],
    trueNegatives: total - rows[i] - columns[i] + row[i],
  }));
}

/** @returns Sums by truth, by prediction and of all. */
export function margins(counts: readonly (readonly number[])[]): {
  readonly rows: number[];
  readonly columns: number[];
  readonly total: number;
} {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const rows = counts.map(sum);
  const columns = counts.map((_, i) => sum(counts.map((row) => row[i])));
  return { rows, columns, total: sum(rows) };
}

/**
 * Makes a metric of a statistic of the confusion matrix, such as {@link cohenKappa}, for bootstrap and paired tests.
 *
 * @param classes - Number of classes; items hold indices in [0, classes).
 * @throws {@link InvalidInputError} (from `stats`) for an index outside.
 */
export function confusionMetric(
  name: string,
  classes: number,
  statistic: (matrix: ConfusionMatrix<number>) => number | null,
): Metric<Decision> {
  const indices = Array.from({ length: classes }, (_, i) => i);
  return {
    name,
    convention: { classes },
    length: classes * classes,
    stats: ({ prediction, label }) => {
      checkClasses('prediction and label', [prediction, label], classes);
      const counts = new Float64Array(classes * classes);
      counts[label * classes + prediction] = 1;
      return counts;
    },
    finalise: (sum) =>
      statistic({
        classes: indices,
        counts: indices.map((i) => [...sum.subarray(i * classes, (i + 1) * classes)]),
      }),
  };
}
