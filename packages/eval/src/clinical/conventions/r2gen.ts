import { CHEXPERT_FINDINGS } from '@cxrkit/core';
import {
  addDecisions,
  type BinaryCounts,
  countsAt,
  f1,
  isPositive,
  mean,
  pooledCounts,
  precision,
  recall,
} from './binary-counts.js';
import type { ConventionTable, TableNumber } from './table.js';

const N = CHEXPERT_FINDINGS.length;

const SCORES: readonly (readonly [name: string, score: (counts: BinaryCounts) => number])[] = [
  ['F1', f1],
  ['RECALL', recall],
  ['PRECISION', precision],
];

/**
 * `compute_ce.py` of R2Gen (Chen et al. 2020): uncertain and blank are negative; macro is the mean over the 14 findings,
 * also over those that never occur. The AUROC of binary labels is (sensitivity + specificity) / 2.
 */
export const r2gen: ConventionTable = {
  convention: { positive: 'positive', findings: N, agg: 'macro and micro' },
  length: 4 * N + 1,
  add(sum, pair) {
    addDecisions(sum, CHEXPERT_FINDINGS, isPositive, pair);
    sum[4 * N]++;
  },
  numbers: new Map([
    ...SCORES.map(([name, score]): [string, TableNumber] => [
      `${name}_macro`,
      { read: (sum) => mean(findingCounts(sum).map(score)) },
    ]),
    ...SCORES.map(([name, score]): [string, TableNumber] => [
      `${name}_micro`,
      { read: (sum) => score(pooledCounts(findingCounts(sum))) },
    ]),
    ...CHEXPERT_FINDINGS.map((finding, i): [string, TableNumber] => [
      `AUROC_of_binary_labels.${finding}`,
      {
        read: (sum) => binaryAuroc(countsAt(sum, i)),
        nullBecause: 'the references have one class only',
      },
    ]),
  ]),
};

function findingCounts(sum: Float64Array): BinaryCounts[] {
  return CHEXPERT_FINDINGS.map((_, i) => countsAt(sum, i));
}

function binaryAuroc({ tp, fp, fn, tn }: BinaryCounts): number | null {
  if (tp + fn === 0 || tn + fp === 0) return null;
  return (tp / (tp + fn) + tn / (tn + fp)) / 2;
}
