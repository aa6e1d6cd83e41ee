import { InvalidInputError } from '@cxrkit/core';
import { type IntervalOptions, intervalsOf } from '../resampling/bootstrap-score.js';
import { type Interval, type Score, score } from '../score/score.js';
import type { BinaryRates, RateOptions } from './binary-rates.js';
import type { LabelPolicy } from './label-policy.js';
import { type LabelColumn, readColumns, type ScoredRow } from './multilabel-columns.js';
import { multilabelStatistics, type RatesAt, statisticNames } from './multilabel-statistics.js';
import { onceEach } from './ranked.js';

export interface MultilabelScoresOptions extends IntervalOptions, RateOptions {
  /** Which labels, in which order; all that rows name if absent. */
  readonly labels?: readonly string[];
  /**
   * How uncertain and missing labels are read.
   *
   * @defaultValue 'ignore'
   */
  readonly policy?: LabelPolicy;
  /** Calls a label positive where its score >= this: one number, or one a label. Without it there are no rates. */
  readonly threshold?: number | Readonly<Record<string, number>>;
  /** @defaultValue sensitivity, specificity, precision, negativePredictiveValue, f1, mcc */
  readonly rates?: readonly (keyof BinaryRates)[];
  /**
   * Whether to add bootstrap intervals.
   *
   * @defaultValue true
   */
  readonly intervals?: boolean;
}

/** Scores of one label. */
export interface LabelScores {
  readonly label: string;
  /** Cases that count. */
  readonly n: number;
  readonly positives: number;
  /** By name: `auroc`, `averagePrecision` and the rates. */
  readonly scores: Readonly<Record<string, Score>>;
}

/** Scores of all labels and their averages. */
export interface MultilabelScores {
  readonly n: number;
  readonly labels: readonly LabelScores[];
  /** Mean over the labels that have a value. */
  readonly macro: Readonly<Record<string, Score>>;
  /** Of all decisions pooled. */
  readonly micro: Readonly<Record<string, Score>>;
}

const RATES: readonly (keyof BinaryRates)[] = [
  'sensitivity',
  'specificity',
  'precision',
  'negativePredictiveValue',
  'f1',
  'mcc',
];

/**
 * Scores several labels of the same cases: AUROC and average precision, with a threshold also rates, for each label
 * and averaged, each with a bootstrap interval from the same draws of cases.
 *
 * @param rows - Read once, and not kept if the labels are given.
 * @throws {@link InvalidInputError} for no rows, an id that is missing or repeated, a label outside the set, a score
 * that is missing or not finite where its label counts, or an option out of its range.
 */
export function multilabelScores(
  rows: Iterable<ScoredRow>,
  options: MultilabelScoresOptions = {},
): MultilabelScores {
  const { policy = 'ignore', intervals = true } = options;
  const { n, columns } = readColumns(rows, policy, options.labels);
  if (n === 0) throw new InvalidInputError('rows', 'at least one row', n);
  const ratesAt = ratesOf(options, columns);
  const statistics = multilabelStatistics(n, columns, ratesAt);
  const values = new Float64Array(statistics.length);
  statistics.fill(onceEach(n), values);
  const table: Table = {
    names: statisticNames(ratesAt),
    values,
    intervals: intervals ? intervalsOf(statistics, options) : [],
    describe: (name) => ({ policy, ...describeRate(name, options) }),
  };
  const known = columns.reduce((sum, { items }) => sum + items.length, 0);
  return {
    n,
    labels: columns.map((column, i) => labelScores(table, column, i)),
    macro: scoresAt(table, columns.length, n, { average: 'macro' }, () => 'no label has a value'),
    micro: scoresAt(table, columns.length + 1, known, { average: 'micro' }, (name) =>
      reasonOf(
        name,
        columns.flatMap((column) => column.known),
      ),
    ),
  };
}

/** All numbers of a result; a group of `names` a label, then macro, then micro. */
interface Table {
  readonly names: readonly string[];
  readonly values: Float64Array;
  /** Empty where none were asked. */
  readonly intervals: readonly (Interval | null)[];
  readonly describe: (name: string) => Readonly<Record<string, string | number>>;
}

function labelScores(table: Table, { label, known }: LabelColumn, i: number): LabelScores {
  return {
    label,
    n: known.length,
    positives: known.reduce((sum, each) => sum + each, 0),
    scores: scoresAt(table, i, known.length, { label }, (name) => reasonOf(name, known)),
  };
}

function scoresAt(
  { names, values, intervals, describe }: Table,
  group: number,
  n: number,
  of: Readonly<Record<string, string>>,
  reason: (name: string) => string,
): Record<string, Score> {
  const scores = names.map((name, k): [string, Score] => {
    const at = group * names.length + k;
    const convention = { ...of, ...describe(name) };
    if (Number.isNaN(values[at]))
      return [name, score(name, convention, n, null, { reason: reason(name) })];
    const interval = intervals[at] ?? null;
    return [name, score(name, convention, n, values[at], interval === null ? {} : { interval })];
  });
  return Object.fromEntries(scores);
}

function reasonOf(name: string, known: readonly number[]): string {
  if (known.length === 0) return 'no label is known';
  if (!known.includes(1)) return 'no case is positive';
  if (!known.includes(0) && name === 'auroc') return 'no case is negative';
  return 'the denominator is 0';
}

function ratesOf(
  { threshold, rates = RATES, zeroDivision = null, beta = 1 }: MultilabelScoresOptions,
  columns: readonly LabelColumn[],
): RatesAt | undefined {
  if (threshold === undefined) return undefined;
  const thresholds = columns.map(({ label }) => {
    const each = typeof threshold === 'number' ? threshold : threshold[label];
    if (!Number.isFinite(each))
      throw new InvalidInputError(`threshold of ${label}`, 'a finite number', each);
    return each;
  });
  return { rates, thresholds, options: { zeroDivision, beta } };
}

function describeRate(
  name: string,
  { threshold, zeroDivision = null, beta = 1 }: MultilabelScoresOptions,
): Record<string, string | number> {
  if (name === 'auroc' || name === 'averagePrecision') return {};
  return {
    threshold: typeof threshold === 'number' ? threshold : 'own',
    ...(name === 'fBeta' ? { beta } : {}),
    zeroDivision: zeroDivision ?? 'undefined',
  };
}
