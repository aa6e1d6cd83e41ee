import { CHEXPERT_FINDINGS } from '@cxrkit/core';
import type { Label } from '../label-row.js';
import { ratio } from './binary-counts.js';
import type { ConventionTable, TableNumber } from './table.js';

/** `[4, 4]` counts of a finding, reference by candidate, over {@link CLASSES}, row-major. */
type Confusion = Float64Array;

const CLASSES = ['blank', 'positive', 'negation', 'uncertain'] as const;
const [BLANK, POSITIVE, NEGATION, UNCERTAIN] = [0, 1, 2, 3];
const LENGTH = 16 * CHEXPERT_FINDINGS.length;

function classOf(label: Label): number {
  if (label === null) return BLANK;
  if (label === -1) return UNCERTAIN;
  return label === 1 ? POSITIVE : NEGATION;
}

const NUMBERS: readonly (readonly [
  name: string,
  read: (confusion: Confusion) => number | null,
  nullBecause?: string,
])[] = [
  ['mention', (confusion) => f1Of(confusion, [POSITIVE, NEGATION, UNCERTAIN])],
  ['blank', (confusion) => f1Of(confusion, [BLANK])],
  ['positive', (confusion) => f1Of(confusion, [POSITIVE])],
  ['negation', (confusion) => f1Of(confusion, [NEGATION])],
  ['uncertain', (confusion) => f1Of(confusion, [UNCERTAIN])],
  ['weighted', weightedF1],
  ['kappa', kappa, 'both sides give one and the same label to every report'],
];

/**
 * The tables of CheXbert (Smit et al. 2020): per finding the F1 of mention, blank, positive, negation and uncertain,
 * their mean weighted by the references (negation, uncertain, positive), and Cohen's kappa over the four classes.
 */
export const chexbertPaper: ConventionTable = {
  convention: { classes: 4, agg: 'finding' },
  length: LENGTH + 1,
  add(sum, { reference, candidate }) {
    for (const [i, finding] of CHEXPERT_FINDINGS.entries())
      sum[16 * i + 4 * classOf(reference[finding]) + classOf(candidate[finding])]++;
    sum[LENGTH]++;
  },
  numbers: new Map(
    CHEXPERT_FINDINGS.flatMap((finding, i) =>
      NUMBERS.map(([name, read, nullBecause]): [string, TableNumber] => [
        `${finding}.${name}`,
        {
          read: (sum) => read(sum.subarray(16 * i, 16 * i + 16)),
          ...(nullBecause !== undefined && { nullBecause }),
        },
      ]),
    ),
  ),
};

function rowTotal(confusion: Confusion, row: number): number {
  return confusion.subarray(4 * row, 4 * row + 4).reduce((sum, count) => sum + count, 0);
}

function columnTotal(confusion: Confusion, column: number): number {
  return CLASSES.reduce((sum, _, row) => sum + confusion[4 * row + column], 0);
}

/** F1 of a set of classes taken as the positive one: 2 tp / (references + candidates). */
function f1Of(confusion: Confusion, classes: readonly number[]): number {
  let tp = 0;
  let total = 0;
  for (const row of classes) {
    total += rowTotal(confusion, row) + columnTotal(confusion, row);
    for (const column of classes) tp += confusion[4 * row + column];
  }
  return ratio(2 * tp, total);
}

function weightedF1(confusion: Confusion): number {
  let sum = 0;
  let weight = 0;
  for (const one of [NEGATION, UNCERTAIN, POSITIVE]) {
    const references = rowTotal(confusion, one);
    sum += references * f1Of(confusion, [one]);
    weight += references;
  }
  return ratio(sum, weight);
}

/** Cohen 1960; `null` where chance alone agrees always. */
function kappa(confusion: Confusion): number | null {
  const n = confusion.reduce((sum, count) => sum + count, 0);
  let observed = 0;
  let expected = 0;
  for (const i of CLASSES.keys()) {
    observed += confusion[5 * i] / n;
    expected += (rowTotal(confusion, i) * columnTotal(confusion, i)) / (n * n);
  }
  return expected === 1 ? null : (observed - expected) / (1 - expected);
}
