import type { ChexpertFinding } from '@cxrkit/core';
import type { Label } from '../label-row.js';
import type { LabelPair } from './table.js';

/** Decides which labels count as positive. */
export type PositiveRule = (label: Label) => boolean;

export const isPositive: PositiveRule = (label) => label === 1;
export const isPositiveOrUncertain: PositiveRule = (label) => label === 1 || label === -1;

/** The five findings of Irvin et al. 2019 that papers report by themselves. */
export const TOP_FIVE: readonly ChexpertFinding[] = [
  'Cardiomegaly',
  'Edema',
  'Consolidation',
  'Atelectasis',
  'Pleural Effusion',
];

/** Counts of a binary decision. */
export interface BinaryCounts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

/** Adds one decision a finding onto `sum[4 * i .. 4 * i + 3]`, in the order tp, fp, fn, tn. */
export function addDecisions(
  sum: Float64Array,
  findings: readonly ChexpertFinding[],
  positive: PositiveRule,
  { reference, candidate }: LabelPair,
): void {
  for (const [i, finding] of findings.entries()) {
    const isTrue = positive(reference[finding]);
    const isClaimed = positive(candidate[finding]);
    sum[4 * i + (isTrue ? (isClaimed ? 0 : 2) : isClaimed ? 1 : 3)]++;
  }
}

/** Reads the counts of finding `i`. */
export function countsAt(sum: Float64Array, i: number): BinaryCounts {
  return { tp: sum[4 * i], fp: sum[4 * i + 1], fn: sum[4 * i + 2], tn: sum[4 * i + 3] };
}

/** Pools counts, for micro averages. */
export function pooledCounts(counts: readonly BinaryCounts[]): BinaryCounts {
  const total = (key: keyof BinaryCounts): number => counts.reduce((sum, one) => sum + one[key], 0);
  return { tp: total('tp'), fp: total('fp'), fn: total('fn'), tn: total('tn') };
}

/** Counts of one report over several findings. */
export function reportCounts(
  findings: readonly ChexpertFinding[],
  positive: PositiveRule,
  pair: LabelPair,
): BinaryCounts {
  const sum = new Float64Array(4 * findings.length);
  addDecisions(sum, findings, positive, pair);
  return pooledCounts(findings.map((_, i) => countsAt(sum, i)));
}

/** Divides, with 0 / 0 = 0 as all original programs have it. */
export function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}

export function precision({ tp, fp }: BinaryCounts): number {
  return ratio(tp, tp + fp);
}

export function recall({ tp, fn }: BinaryCounts): number {
  return ratio(tp, tp + fn);
}

export function f1({ tp, fp, fn }: BinaryCounts): number {
  return ratio(2 * tp, 2 * tp + fp + fn);
}

export function accuracy({ tp, fp, fn, tn }: BinaryCounts): number {
  return ratio(tp + tn, tp + fp + fn + tn);
}

/** The arithmetic mean; 0 of nothing. */
export function mean(values: readonly number[]): number {
  return ratio(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  );
}
