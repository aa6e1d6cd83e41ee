import { CHEXPERT_FINDINGS, type ChexpertFinding } from '@cxrkit/core';
import {
  accuracy,
  addDecisions,
  type BinaryCounts,
  countsAt,
  f1,
  isPositiveOrUncertain,
  mean,
  pooledCounts,
  precision,
  ratio,
  recall,
  reportCounts,
  TOP_FIVE,
} from './binary-counts.js';
import type { ConventionTable, LabelPair, TableNumber } from './table.js';

const SCORES: readonly (readonly [name: string, score: (counts: BinaryCounts) => number])[] = [
  ['precision', precision],
  ['recall', recall],
  ['f1-score', f1],
];
const N = CHEXPERT_FINDINGS.length;
const SAMPLES_14 = 4 * N;
const SAMPLES_5 = SAMPLES_14 + SCORES.length;
const EXACT_5 = SAMPLES_5 + SCORES.length;
const ACCURACY_14 = EXACT_5 + 1;
const ACCURACY_5 = EXACT_5 + 2;
const COUNT = EXACT_5 + 3;

/**
 * F1CheXbert of vilmedic and RadEval: uncertain counts as positive; scikit-learn's classification report over 14 and
 * over 5 findings, the share of reports with all five right, and the mean share of right labels in a report.
 */
export const f1chexbert: ConventionTable = {
  convention: { positive: 'positive+uncertain', agg: 'classification_report' },
  length: COUNT + 1,
  add(sum, pair) {
    addDecisions(sum, CHEXPERT_FINDINGS, isPositiveOrUncertain, pair);
    const five = addSample(sum, SAMPLES_5, TOP_FIVE, pair);
    sum[ACCURACY_14] += addSample(sum, SAMPLES_14, CHEXPERT_FINDINGS, pair);
    sum[ACCURACY_5] += five;
    if (five === 1) sum[EXACT_5]++;
    sum[COUNT]++;
  },
  numbers: new Map([
    meanOf('accuracy_top5_exact', EXACT_5),
    ...classificationReport('report_14', CHEXPERT_FINDINGS, SAMPLES_14),
    ...classificationReport('report_5', TOP_FIVE, SAMPLES_5),
    meanOf('sample_label_acc_14', ACCURACY_14),
    meanOf('sample_label_acc_5', ACCURACY_5),
  ]),
};

/** Adds the scores of one report from `offset` on and returns its accuracy. */
function addSample(
  sum: Float64Array,
  offset: number,
  findings: readonly ChexpertFinding[],
  pair: LabelPair,
): number {
  const counts = reportCounts(findings, isPositiveOrUncertain, pair);
  for (const [i, [, score]] of SCORES.entries()) sum[offset + i] += score(counts);
  return accuracy(counts);
}

function meanOf(name: string, index: number): [string, TableNumber] {
  return [name, { read: (sum) => sum[index] / sum[COUNT] }];
}

function classificationReport(
  name: string,
  findings: readonly ChexpertFinding[],
  samples: number,
): [string, TableNumber][] {
  const counts = (sum: Float64Array): BinaryCounts[] =>
    findings.map((finding) => countsAt(sum, CHEXPERT_FINDINGS.indexOf(finding)));
  const micro = (sum: Float64Array): BinaryCounts => pooledCounts(counts(sum));
  const number = (key: string, read: TableNumber['read']): [string, TableNumber] => [
    `${name}.${key}`,
    { read },
  ];
  return [
    ...findings.flatMap((finding, i) => [
      ...SCORES.map(([key, score]) => number(`${finding}.${key}`, (sum) => score(counts(sum)[i]))),
      number(`${finding}.support`, (sum) => support(counts(sum)[i])),
    ]),
    ...SCORES.flatMap(([key, score], i) => [
      number(`micro avg.${key}`, (sum) => score(micro(sum))),
      number(`macro avg.${key}`, (sum) => mean(counts(sum).map(score))),
      number(`weighted avg.${key}`, (sum) => weightedMean(counts(sum), score)),
      number(`samples avg.${key}`, (sum) => sum[samples + i] / sum[COUNT]),
    ]),
    ...['micro', 'macro', 'weighted', 'samples'].map((average) =>
      number(`${average} avg.support`, (sum) => support(micro(sum))),
    ),
  ];
}

/** How many references are positive. */
function support({ tp, fn }: BinaryCounts): number {
  return tp + fn;
}

function weightedMean(
  counts: readonly BinaryCounts[],
  score: (counts: BinaryCounts) => number,
): number {
  const total = counts.reduce((sum, one) => sum + support(one) * score(one), 0);
  return ratio(total, support(pooledCounts(counts)));
}
