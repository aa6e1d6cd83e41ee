import { CHEXPERT_FINDINGS, type ChexpertFinding } from '@cxrkit/core';
import {
  accuracy,
  addDecisions,
  type BinaryCounts,
  countsAt,
  f1,
  isPositive,
  isPositiveOrUncertain,
  pooledCounts,
  precision,
  recall,
  reportCounts,
  TOP_FIVE,
} from './binary-counts.js';
import type { ConventionTable, TableNumber } from './table.js';

const SCORES: readonly (readonly [name: string, score: (counts: BinaryCounts) => number])[] = [
  ['precision', precision],
  ['recall', recall],
  ['f1', f1],
  ['acc', accuracy],
];

/**
 * Miura et al. 2021, IFCC and RGRG (Tanida et al. 2023): uncertain counts as positive; the decisions of all findings
 * are pooled.
 */
function micro(findings: readonly ChexpertFinding[]): ConventionTable {
  const pooled = (sum: Float64Array): BinaryCounts =>
    pooledCounts(findings.map((_, i) => countsAt(sum, i)));
  return {
    convention: { positive: 'positive+uncertain', findings: findings.length, agg: 'micro' },
    length: 4 * findings.length + 1,
    add(sum, pair) {
      addDecisions(sum, findings, isPositiveOrUncertain, pair);
      sum[4 * findings.length]++;
    },
    numbers: new Map(
      SCORES.map(([name, score]): [string, TableNumber] => [
        name,
        { read: (sum) => score(pooled(sum)) },
      ]),
    ),
  };
}

export const rgrgMicro5: ConventionTable = micro(TOP_FIVE);
export const rgrgMicro14: ConventionTable = micro(CHEXPERT_FINDINGS);

/** The same, finding by finding. */
export const rgrgPerCondition: ConventionTable = {
  ...rgrgMicro14,
  convention: { positive: 'positive+uncertain', agg: 'finding' },
  numbers: new Map(
    CHEXPERT_FINDINGS.flatMap((finding, i) =>
      SCORES.map(([name, score]): [string, TableNumber] => [
        `${finding}.${name}`,
        { read: (sum) => score(countsAt(sum, i)) },
      ]),
    ),
  ),
};

/** Nicolson et al. 2023, as RGRG computes it: only positive counts; the mean of the scores of single reports. */
export const rgrgExample14: ConventionTable = {
  convention: { positive: 'positive', findings: 14, agg: 'report' },
  length: SCORES.length + 1,
  add(sum, pair) {
    const counts = reportCounts(CHEXPERT_FINDINGS, isPositive, pair);
    for (const [i, [, score]] of SCORES.entries()) sum[i] += score(counts);
    sum[SCORES.length]++;
  },
  numbers: new Map(
    SCORES.map(([name], i): [string, TableNumber] => [
      name,
      { read: (sum) => sum[i] / sum[SCORES.length] },
    ]),
  ),
};
