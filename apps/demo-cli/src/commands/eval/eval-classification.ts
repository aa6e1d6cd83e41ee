import { InvalidInputError } from '@cxrkit/core';
import { delongPaired, type MultilabelScores, multilabelScores, type Score } from '@cxrkit/eval';
import {
  type FindingColumn,
  knownScores,
  readScoreColumns,
  type ScoreColumns,
  scoredRows,
} from '../../eval/records/score-columns.js';
import type { ClassificationOptions } from './classification-options.js';
import { classificationPage } from './classification-page.js';
import { adjusted, comparisonJson, comparisonTable, type TestedDifference } from './comparison.js';
import type { Evaluate, EvaluationWork } from './evaluation.js';
import { averageTable, detailsOf, detailsTable, findingTable } from './finding-details.js';
import { scoreJson } from './score-table.js';

/** Scores probabilities, or whatever ranks, against labels, finding by finding. */
export const evaluateClassification: Evaluate = async (work) => {
  const options = work.options as ClassificationOptions;
  const data = await readScores(work, work.files);
  const areProbabilities = data.columns.every(({ scores }) =>
    scores.every((p) => p >= 0 && p <= 1),
  );
  const scores = multilabelScores(scoredRows(data), {
    labels: data.columns.map(({ finding }) => finding),
    policy: options.policy,
    intervals: options.bootstrap > 0,
    ...(options.bootstrap > 0 && { replicates: options.bootstrap }),
    ...{ confidence: options.confidence, seed: options.seed ?? 0 },
    ...thresholdOf(options, areProbabilities),
  });
  const details = data.columns.map((column) =>
    detailsOf(column.finding, knownScores(column, options.policy), areProbabilities),
  );
  const differences = options.compare === undefined ? [] : await compareWith(work, data);
  const named = namedScores(scores);
  return {
    n: scores.n,
    json: {
      metrics: Object.fromEntries([...named].map(([name, one]) => [name, scoreJson(one)])),
      findings: Object.fromEntries(details.map(({ finding, ...rest }) => [finding, rest])),
      ...(options.compare !== undefined && { comparison: comparisonJson(differences) }),
    },
    tables: [
      averageTable(scores),
      findingTable(scores),
      detailsTable(details),
      ...(differences.length > 0 ? [comparisonTable(differences)] : []),
    ],
    notes: areProbabilities
      ? []
      : [
          'Scores outside [0, 1] are no probabilities: no calibration, and no rates unless --threshold is given.',
        ],
    page: () => classificationPage(work, { data, scores, details, differences, areProbabilities }),
  };
};

function readScores(work: EvaluationWork, files: readonly string[]): Promise<ScoreColumns> {
  const options = work.options as ClassificationOptions;
  return readScoreColumns({ ...options, ...work.task, files }, work.skipper);
}

function thresholdOf(
  { threshold }: ClassificationOptions,
  areProbabilities: boolean,
): { readonly threshold?: number } {
  if (threshold !== undefined) return { threshold };
  return areProbabilities ? { threshold: 0.5 } : {};
}

/** @returns Scores by names such as `macro.auroc` and `Edema.f1`. */
function namedScores({ macro, micro, labels }: MultilabelScores): Map<string, Score> {
  const groups: [string, Readonly<Record<string, Score>>][] = [
    ['macro', macro],
    ['micro', micro],
    ...labels.map(({ label, scores }): [string, Readonly<Record<string, Score>>] => [
      label,
      scores,
    ]),
  ];
  return new Map(
    groups.flatMap(([group, scores]) =>
      Object.entries(scores).map(([name, one]): [string, Score] => [`${group}.${name}`, one]),
    ),
  );
}

/** Tests the AUROC of each finding against that of a second system on the same rows (DeLong). */
async function compareWith(work: EvaluationWork, first: ScoreColumns): Promise<TestedDifference[]> {
  const { compare = '', policy, confidence } = work.options as ClassificationOptions;
  const second = await readScores(work, [compare]);
  const rowOf = new Map(second.ids.map((id, row) => [id, row]));
  const missing = first.ids.find((id) => !rowOf.has(id));
  if (missing !== undefined || rowOf.size !== first.ids.length)
    throw new InvalidInputError(
      '--compare',
      `the same ${first.ids.length} ids`,
      missing === undefined ? `${rowOf.size} ids` : `none of ${missing}`,
    );
  return adjusted(
    first.columns.map((column) => {
      const { scores, labels, rows } = knownScores(column, policy);
      const other = otherScores(column, second, compare);
      const aligned = Array.from(rows, (row) => other[rowOf.get(first.ids[row]) ?? 0]);
      const { aurocs, difference, p, reason } = delongPaired(scores, aligned, labels, {
        confidence,
      });
      return {
        ...{ name: `${column.finding}.auroc`, a: aurocs?.[0] ?? null, b: aurocs?.[1] ?? null },
        ...{ difference, p, n: scores.length, test: 'delong' },
        ...(reason !== undefined && { reason }),
      };
    }),
  );
}

function otherScores(
  { finding }: FindingColumn,
  { columns }: ScoreColumns,
  path: string,
): readonly number[] {
  const column = columns.find((other) => other.finding === finding);
  if (column === undefined)
    throw new InvalidInputError(
      path,
      `scores of ${finding}`,
      columns.map((one) => one.finding),
    );
  return column.scores;
}
