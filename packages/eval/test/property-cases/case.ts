import { createRandom, type Random } from '@cxrkit/core';
import { expect } from 'vitest';
import { accumulate, type Metric, resampled } from '../../src/index.js';

/** Numbers of one seed for all cases. */
export const random: Random = createRandom(11);

/** Makes a list of `n`. */
export function listOf<T>(n: number, make: (i: number) => T): T[] {
  return Array.from({ length: n }, (_, i) => make(i));
}

/** What is checked of a metric of sums, whatever its items are. */
export interface Case {
  readonly title: string;
  readonly whole: number | null;
  readonly permuted: number | null;
  /** From three parts, each summed by itself. */
  readonly merged: number | null;
  readonly onceEach: number | null;
  /** Some items twice, some never: as a resample, and as a list. */
  readonly drawn: readonly [number | null, number | null];
  readonly perfect: number | null;
  readonly best: number | null;
  /** With both sides exchanged; absent where that is no symmetry of the metric. */
  readonly swapped?: number | null;
}

/** What is known of a metric. */
export interface Wanted<Item> {
  readonly perfect: readonly Item[];
  /** @defaultValue 1 */
  readonly best?: number | null;
  readonly swap?: (item: Item) => Item;
}

/** Sums items up. */
export function wholeOf<Item>(metric: Metric<Item>, items: readonly Item[]): number | null {
  const sum = accumulate(metric);
  for (const item of items) sum.add(item);
  return sum.value();
}

/** Computes a metric in every way that should give the same. */
export function caseOf<Item>(
  metric: Metric<Item>,
  items: readonly Item[],
  { perfect, best = 1, swap }: Wanted<Item>,
): Case {
  const merged = accumulate(metric);
  const cuts = [0, 3, 4, items.length];
  for (const [i, cut] of cuts.slice(1).entries()) {
    const part = accumulate(metric);
    for (const item of items.slice(cuts[i], cut)) part.add(item);
    merged.merge(part.part());
  }
  const counts = items.map((_, i) => [2, 1, 0][i % 3]);
  const repeated = items.flatMap((item, i) => new Array<Item>(counts[i]).fill(item));
  const statistic = resampled(metric, items);
  return {
    title: `${metric.name} ${JSON.stringify(metric.convention)}`,
    whole: wholeOf(metric, items),
    permuted: wholeOf(metric, random.shuffle([...items])),
    merged: merged.value(),
    onceEach: statistic.value(),
    drawn: [statistic.value(counts), wholeOf(metric, repeated)],
    perfect: wholeOf(metric, perfect),
    best,
    ...(swap && { swapped: wholeOf(metric, items.map(swap)) }),
  };
}

/** Expects equal numbers, or none on both sides. */
export function near(actual: number | null, expected: number | null, digits = 11): void {
  if (actual === null || expected === null) expect(actual).toBe(expected);
  else expect(actual).toBeCloseTo(expected, digits);
}
