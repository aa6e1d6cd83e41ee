import {
  bestThreshold,
  brierScore,
  expectedCalibrationError,
  type MultilabelScores,
  youdenThreshold,
} from '@cxrkit/eval';
import type { Cell, TableBlock } from '../../eval/page/evaluation-page.js';
import type { KnownScores } from '../../eval/records/score-columns.js';
import { intervalText, scoreTable } from './score-table.js';

/** Numbers of one finding besides its scores. */
export interface FindingDetails {
  readonly finding: string;
  readonly n: number;
  readonly positives: number;
  readonly youden: {
    readonly threshold: number;
    readonly sensitivity: number;
    readonly specificity: number;
  } | null;
  /** Threshold of the best Matthews correlation. */
  readonly bestMcc: { readonly threshold: number; readonly value: number } | null;
  /** `null` where the scores are no probabilities. */
  readonly brier: number | null;
  /** Expected calibration error over 10 bins; `null` where the scores are no probabilities. */
  readonly ece: number | null;
}

/** Computes what is known of a finding besides its scores. */
export function detailsOf(
  finding: string,
  { scores, labels }: KnownScores,
  areProbabilities: boolean,
): FindingDetails {
  return {
    finding,
    n: scores.length,
    positives: labels.reduce((sum, label) => sum + label, 0),
    youden: youdenThreshold(scores, labels),
    bestMcc: bestThreshold(scores, labels, 'mcc'),
    brier: areProbabilities ? brierScore(scores, labels) : null,
    ece: areProbabilities ? expectedCalibrationError(scores, labels) : null,
  };
}

/** Sets what is known of findings besides their scores below each other. */
export function detailsTable(details: readonly FindingDetails[]): TableBlock {
  return {
    kind: 'table',
    columns: [
      ...['finding', 'cases', 'positive', 'Youden at', 'sensitivity', 'specificity'],
      ...['best MCC', 'at', 'Brier', 'ECE'],
    ],
    rows: details.map(({ finding, n, positives, youden, bestMcc, brier, ece }) => [
      ...[finding, { count: n }, { count: positives }],
      ...[youden?.threshold ?? null, youden?.sensitivity ?? null, youden?.specificity ?? null],
      ...[bestMcc?.value ?? null, bestMcc?.threshold ?? null, brier, ece],
    ]),
  };
}

/** Sets the averages over findings below each other. */
export function averageTable({ macro, micro }: MultilabelScores): TableBlock {
  const groups = { macro: Object.values(macro), micro: Object.values(micro) };
  return scoreTable(
    [...groups.macro, ...groups.micro],
    (one) => `${groups.macro.includes(one) ? 'macro' : 'micro'} ${one.name}`,
  );
}

/** Sets the scores of findings below each other, with the intervals of what ranks. */
export function findingTable({ labels }: MultilabelScores): TableBlock {
  const names = Object.keys(labels[0]?.scores ?? {});
  const hasInterval = (name: string): boolean =>
    ['auroc', 'averagePrecision'].includes(name) &&
    labels.some(({ scores }) => scores[name].interval !== undefined);
  return {
    kind: 'table',
    columns: [
      'finding',
      ...names.flatMap((name) => (hasInterval(name) ? [name, 'interval'] : name)),
    ],
    rows: labels.map(({ label, scores }): Cell[] => [
      label,
      ...names.flatMap((name): Cell[] => {
        const { value } = scores[name];
        return hasInterval(name) ? [value, intervalText(scores[name])] : [value];
      }),
    ]),
  };
}
