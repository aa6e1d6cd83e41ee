import type { ResampledMany } from '../resampling/replicates.js';
import {
  type BinaryRates,
  binaryRates,
  confusionOf,
  outcome,
  type RateOptions,
} from './binary-rates.js';
import type { LabelColumn } from './multilabel-columns.js';
import { fillRanked, onceEach, type Ranked, rankScores } from './ranked.js';

/** Rates at a threshold, and the threshold of each column. */
export interface RatesAt {
  readonly rates: readonly (keyof BinaryRates)[];
  readonly thresholds: readonly number[];
  readonly options: RateOptions;
}

/** Names of the statistics of one column, in the order of {@link multilabelStatistics}. */
export function statisticNames(ratesAt: RatesAt | undefined): string[] {
  return ['auroc', 'averagePrecision', ...(ratesAt?.rates ?? [])];
}

interface PreparedColumn {
  readonly ranked: Ranked;
  readonly items: Uint32Array;
  /** Place of each decision in the counts; empty without a threshold. */
  readonly outcomes: Uint8Array;
}

/**
 * Computes all statistics of a multi-label table in one go: those of each column, then their macro average, then the
 * micro average, `statisticNames().length` each.
 *
 * The macro average is over the columns that have a value on the whole data; a resample where one of them has none
 * has no macro average either.
 */
export function multilabelStatistics(
  n: number,
  columns: readonly LabelColumn[],
  ratesAt: RatesAt | undefined,
): ResampledMany {
  const width = statisticNames(ratesAt).length;
  const prepared = columns.map((column, i) => prepare(column, n, ratesAt?.thresholds[i]));
  const pooled = rankScores(
    columns.flatMap((column) => column.scores),
    columns.flatMap((column) => column.known),
    columns.flatMap((column) => column.items),
    n,
  );
  const fillParts = (counts: Uint16Array, values: Float64Array): void => {
    const all = new Float64Array(4);
    for (const [i, column] of prepared.entries()) {
      fillRanked(column.ranked, counts, values, i * width);
      const sums = countOutcomes(column, counts);
      for (let j = 0; j < 4; j++) all[j] += sums[j];
      fillRates(sums, ratesAt, values, i * width + 2);
    }
    const micro = (columns.length + 1) * width;
    fillRanked(pooled, counts, values, micro);
    fillRates(all, ratesAt, values, micro + 2);
  };
  const whole = new Float64Array((columns.length + 2) * width);
  fillParts(onceEach(n), whole);
  return {
    n,
    length: whole.length,
    fill: (counts, values) => {
      fillParts(counts, values);
      for (let k = 0; k < width; k++)
        values[columns.length * width + k] = macro(values, whole, k, width, columns.length);
    },
  };
}

function prepare(column: LabelColumn, n: number, threshold: number | undefined): PreparedColumn {
  const { scores, known, items } = column;
  return {
    ranked: rankScores(scores, known, items, n),
    items: Uint32Array.from(items),
    outcomes:
      threshold === undefined
        ? new Uint8Array()
        : Uint8Array.from(known, (label, i) => outcome(scores[i] >= threshold ? 1 : 0, label)),
  };
}

function countOutcomes({ items, outcomes }: PreparedColumn, counts: Uint16Array): Float64Array {
  const sums = new Float64Array(4);
  for (let i = 0; i < outcomes.length; i++) sums[outcomes[i]] += counts[items[i]];
  return sums;
}

function fillRates(
  sums: Float64Array,
  ratesAt: RatesAt | undefined,
  values: Float64Array,
  at: number,
): void {
  if (ratesAt === undefined) return;
  const rates = binaryRates(confusionOf(sums), ratesAt.options);
  for (const [k, rate] of ratesAt.rates.entries()) values[at + k] = rates[rate] ?? Number.NaN;
}

function macro(
  values: Float64Array,
  whole: Float64Array,
  k: number,
  width: number,
  columns: number,
): number {
  let sum = 0;
  let used = 0;
  for (let i = 0; i < columns; i++) {
    if (Number.isNaN(whole[i * width + k])) continue;
    sum += values[i * width + k];
    used++;
  }
  return sum / used;
}
