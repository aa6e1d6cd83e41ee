import { adjustPValues, type Comparison } from '@cxrkit/eval';
import type { PageSection, TableBlock } from '../../eval/page/evaluation-page.js';

/** A difference of two systems with its p value corrected for all that were tested. */
export type TestedDifference = Pick<
  Comparison,
  'name' | 'a' | 'b' | 'difference' | 'p' | 'n' | 'reason'
> & {
  /** Such as `randomisation` or `delong`. */
  readonly test: string;
  /** After Holm (1979). */
  readonly pAdjusted: number | null;
};

/** Corrects the p values of tests by Holm's method; those without one stay out. */
export function adjusted(
  comparisons: readonly Omit<TestedDifference, 'pAdjusted'>[],
): TestedDifference[] {
  const known = comparisons.flatMap(({ p }) => (p === null ? [] : p));
  const corrected = adjustPValues(known, 'holm');
  return comparisons.map((one) => ({
    ...one,
    pAdjusted: one.p === null ? null : (corrected.shift() ?? null),
  }));
}

/** @returns What `--json` says of a comparison. */
export function comparisonJson(differences: readonly TestedDifference[]): object[] {
  return differences.map(({ name, a, b, difference, p, pAdjusted, test, n, reason }) => ({
    ...{ name, a, b, difference, p, pAdjusted, correction: 'holm', test, n },
    ...(reason !== undefined && { reason }),
  }));
}

/** Sets differences below each other. */
export function comparisonTable(differences: readonly TestedDifference[]): TableBlock {
  return {
    kind: 'table',
    columns: ['metric', 'first', 'second', 'difference', 'p', 'p (Holm)', 'test'],
    rows: differences.map(({ name, a, b, difference, p, pAdjusted, test }) => [
      ...[name, a, b, difference, p, pAdjusted],
      test,
    ]),
  };
}

/** @returns The part of the page about a second system. */
export function comparisonSection(
  differences: readonly TestedDifference[],
  [first, second]: readonly [string, string],
): PageSection[] {
  if (differences.length === 0) return [];
  return [
    {
      title: 'Comparison',
      note: `${first} (first) and ${second} (second) on the same items; p two-sided, Holm's correction over these tests.`,
      blocks: [comparisonTable(differences)],
    },
  ];
}
