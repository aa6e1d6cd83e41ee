import { InvalidInputError } from '@cxrkit/core';

/** Refuses scores and labels of different lengths, scores that are not finite, and labels that are not 0 or 1. */
export function checkScoredLabels(scores: ArrayLike<number>, labels: ArrayLike<number>): void {
  checkLength('labels', `${scores.length} labels`, labels.length, scores.length);
  checkFinite('scores', scores);
  checkBinary('labels', labels);
}

/** Refuses a length other than the expected one. */
export function checkLength(name: string, words: string, actual: number, expected: number): void {
  if (actual !== expected)
    throw new InvalidInputError(
      name,
      words,
      actual,
      'Give one of each per item, in the same order.',
    );
}

/** Refuses NaN and infinite numbers. */
export function checkFinite(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]))
      throw new InvalidInputError(`${name}[${i}]`, 'a finite number', values[i]);
}

/** Refuses what is not 0 or 1. */
export function checkBinary(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++)
    if (values[i] !== 0 && values[i] !== 1)
      throw new InvalidInputError(
        `${name}[${i}]`,
        '0 or 1',
        values[i],
        'Resolve uncertain and missing labels by a policy first (resolveLabel).',
      );
}

/** Refuses what is not a probability. */
export function checkProbabilities(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++)
    if (!(values[i] >= 0 && values[i] <= 1))
      throw new InvalidInputError(`${name}[${i}]`, 'a probability in [0, 1]', values[i]);
}

/** Refuses class indices outside `[0, classes)`. */
export function checkClasses(name: string, values: ArrayLike<number>, classes: number): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isInteger(values[i]) || values[i] < 0 || values[i] >= classes)
      throw new InvalidInputError(
        `${name}[${i}]`,
        `an integer class in [0, ${classes})`,
        values[i],
      );
}

/**
 * Refuses two matrices of different shapes and rows of different lengths.
 *
 * @returns The number of columns, 0 without rows.
 */
export function checkShape(
  name: string,
  rows: readonly ArrayLike<unknown>[],
  like: readonly ArrayLike<unknown>[],
): number {
  checkLength(name, `${like.length} rows`, rows.length, like.length);
  const columns = like.length === 0 ? 0 : like[0].length;
  for (let i = 0; i < rows.length; i++) {
    checkLength(`${name}[${i}]`, `${columns} columns`, rows[i].length, columns);
    checkLength(`row ${i}`, `${columns} columns`, like[i].length, columns);
  }
  return columns;
}

/** Refuses probabilities and labels of different lengths or out of their ranges. */
export function checkForecast(probabilities: ArrayLike<number>, labels: ArrayLike<number>): void {
  checkLength('labels', `${probabilities.length} labels`, labels.length, probabilities.length);
  checkProbabilities('probabilities', probabilities);
  checkBinary('labels', labels);
}
