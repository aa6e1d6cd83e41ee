import { CHEXPERT_FINDINGS, InvalidInputError } from '@cxrkit/core';
import { type IntervalOptions, intervalsOf } from '../resampling/bootstrap-score.js';
import type { Metric } from '../score/metric.js';
import { rememberLast } from '../score/remember-last.js';
import { type Interval, type Score, score } from '../score/score.js';
import { resampledNumbers } from './convention-numbers.js';
import { chexbertPaper } from './conventions/chexbert-paper.js';
import { f1chexbert } from './conventions/f1chexbert.js';
import { r2gen } from './conventions/r2gen.js';
import { rgrgExample14, rgrgMicro5, rgrgMicro14, rgrgPerCondition } from './conventions/rgrg.js';
import type { ConventionTable, LabelPair } from './conventions/table.js';
import type { LabelRow } from './label-row.js';

/** What papers call clinical efficacy: seven aggregations of the same labels, each named after the code that computes it. */
export type ClinicalConvention =
  | 'rgrg.micro_5'
  | 'rgrg.micro_14'
  | 'rgrg.per_condition'
  | 'rgrg.example_14'
  | 'r2gen_compute_ce'
  | 'f1chexbert'
  | 'chexbert_paper';

const TABLES: Readonly<Record<ClinicalConvention, ConventionTable>> = {
  'rgrg.micro_5': rgrgMicro5,
  'rgrg.micro_14': rgrgMicro14,
  'rgrg.per_condition': rgrgPerCondition,
  'rgrg.example_14': rgrgExample14,
  r2gen_compute_ce: r2gen,
  f1chexbert,
  chexbert_paper: chexbertPaper,
};

/** All conventions. */
export const CLINICAL_CONVENTIONS: readonly ClinicalConvention[] = Object.keys(
  TABLES,
) as ClinicalConvention[];

/** Choices of {@link clinicalEfficacy}. */
export interface ClinicalOptions {
  /** @defaultValue all of {@link CLINICAL_CONVENTIONS} */
  readonly conventions?: readonly ClinicalConvention[] | undefined;
  /** Name of the labeler that read the reports; goes into the signatures. */
  readonly labeler?: string | undefined;
  /** Adds an interval to every number that has a value, all from the same draws; `{}` for 1,000 replicates at 95 %. Absent: none. */
  readonly bootstrap?: IntervalOptions | undefined;
}

/**
 * Computes every number of every convention in one pass.
 *
 * @param references - `[N]` labels of the reference reports.
 * @param candidates - `[N]` labels of the generated ones, in the same order.
 * @returns Scores by name: convention, then the field of the original program, such as `rgrg.micro_14.f1`,
 * `r2gen_compute_ce.F1_macro`, `f1chexbert.report_14.weighted avg.f1-score`, `chexbert_paper.Edema.kappa`. 0 / 0 is 0 as
 * in the originals; AUROC of one class and kappa without spread are `null`.
 * @throws {@link InvalidInputError} if the lengths differ, a label is outside {1, 0, -1, null}, a convention is unknown or
 * an option of the bootstrap out of its range.
 */
export function clinicalEfficacy(
  references: readonly LabelRow[],
  candidates: readonly LabelRow[],
  { conventions = CLINICAL_CONVENTIONS, ...options }: ClinicalOptions = {},
): Score[] {
  if (references.length !== candidates.length)
    throw new InvalidInputError(
      'candidates',
      `${references.length} rows, one a reference`,
      candidates.length,
      'Join both sides by id first.',
    );
  for (const row of references) checkLabels(row);
  for (const row of candidates) checkLabels(row);
  const pairs = references.map((reference, i) => ({ reference, candidate: candidates[i] }));
  return conventions.flatMap((name) => tableScores(name, pairs, options));
}

function tableScores(
  convention: ClinicalConvention,
  pairs: readonly LabelPair[],
  { labeler, bootstrap }: Pick<ClinicalOptions, 'labeler' | 'bootstrap'>,
): Score[] {
  const table = tableOf(convention);
  const sum = new Float64Array(table.length);
  for (const pair of pairs) table.add(sum, pair);
  const n = pairs.length;
  const intervals: readonly (Interval | null)[] =
    bootstrap === undefined || n === 0
      ? []
      : intervalsOf(resampledNumbers(table, pairs), bootstrap);
  return Array.from(table.numbers, ([field, { nullBecause }], i) => {
    const value = readNumber(table, field, sum);
    const reason = n === 0 ? 'no reports' : nullBecause;
    const interval = intervals[i] ?? undefined;
    return score(`${convention}.${field}`, conventionOf(table, labeler), n, value, {
      ...(value === null && reason !== undefined && { reason }),
      ...(interval !== undefined && { interval }),
    });
  });
}

/**
 * Makes the metrics of a convention, for bootstrap, paired tests and streaming. Given one pair after the other they
 * compute its statistics once; intervals of all numbers come quicker from {@link clinicalEfficacy}.
 *
 * @returns One metric a number, named as in {@link clinicalEfficacy}.
 * @throws {@link InvalidInputError} if the convention is unknown.
 */
export function clinicalMetrics(
  convention: ClinicalConvention,
  { labeler }: Pick<ClinicalOptions, 'labeler'> = {},
): Metric<LabelPair>[] {
  const table = tableOf(convention);
  const stats = rememberLast((pair: LabelPair) => {
    const sum = new Float64Array(table.length);
    table.add(sum, pair);
    return sum;
  });
  return Array.from(table.numbers.keys(), (field) => ({
    name: `${convention}.${field}`,
    convention: conventionOf(table, labeler),
    length: table.length,
    stats,
    finalise: (sum) => readNumber(table, field, sum),
  }));
}

/** Makes one metric by its full name, such as `rgrg.micro_14.f1`. */
export function clinicalMetric(
  name: string,
  options: Pick<ClinicalOptions, 'labeler'> = {},
): Metric<LabelPair> {
  const convention = CLINICAL_CONVENTIONS.find((prefix) => name.startsWith(`${prefix}.`));
  const metrics = convention === undefined ? [] : clinicalMetrics(convention, options);
  const metric = metrics.find((one) => one.name === name);
  if (metric !== undefined) return metric;
  throw new InvalidInputError(
    'name',
    'a convention and one of its fields, such as "rgrg.micro_14.f1"',
    name,
    `Conventions: ${CLINICAL_CONVENTIONS.join(', ')}.`,
  );
}

function tableOf(convention: ClinicalConvention): ConventionTable {
  const table: ConventionTable | undefined = TABLES[convention];
  if (table === undefined)
    throw new InvalidInputError('convention', CLINICAL_CONVENTIONS.join(', '), convention);
  return table;
}

function conventionOf(
  { convention }: ConventionTable,
  labeler: string | undefined,
): Record<string, string | number> {
  return labeler === undefined ? { ...convention } : { ...convention, labeler };
}

/** `null` of no reports, before any division by their count. */
function readNumber(table: ConventionTable, field: string, sum: Float64Array): number | null {
  if (sum[table.length - 1] === 0) return null;
  return table.numbers.get(field)?.read(sum) ?? null;
}

function checkLabels(row: LabelRow): void {
  for (const finding of CHEXPERT_FINDINGS) {
    const label: unknown = row[finding];
    if (label !== null && label !== 1 && label !== 0 && label !== -1)
      throw new InvalidInputError(
        `the label of ${finding}`,
        '1, 0, -1 or null',
        label,
        'Read rows of CSV or JSON with readLabelRow.',
      );
  }
}
