import { basename } from 'node:path';
import type { LabelPolicy, MultilabelScores } from '@cxrkit/eval';
import type { EvaluationPage, PageSection, TableBlock } from '../../eval/page/evaluation-page.js';
import { knownScores, type ScoreColumns } from '../../eval/records/score-columns.js';
import { WorstCases } from '../../eval/text/worst-cases.js';
import type { ClassificationOptions } from './classification-options.js';
import { curves, findingBars, reliability } from './classification-plots.js';
import { comparisonSection, type TestedDifference } from './comparison.js';
import type { EvaluationWork } from './evaluation.js';
import {
  averageTable,
  detailsTable,
  type FindingDetails,
  findingTable,
} from './finding-details.js';

/** What the report shows. */
interface ClassificationResults {
  readonly data: ScoreColumns;
  readonly scores: MultilabelScores;
  readonly details: readonly FindingDetails[];
  readonly differences: readonly TestedDifference[];
  readonly areProbabilities: boolean;
}

/** Makes the report of `cxr eval classification`. */
export async function classificationPage(
  { files, options }: EvaluationWork,
  results: ClassificationResults,
): Promise<EvaluationPage> {
  const { data, scores, details, differences, areProbabilities } = results;
  const { policy, worst, compare = '' } = options as ClassificationOptions;
  const names = files.map((path) => basename(path)).join(', ');
  const sections: (PageSection | undefined)[] = [
    {
      title: 'Averages',
      note: 'macro: mean over the findings that have a value; micro: all decisions pooled.',
      blocks: [averageTable(scores)],
    },
    {
      title: 'Findings',
      blocks: [await findingBars(scores), findingTable(scores), detailsTable(details)],
    },
    { title: 'Curves', blocks: [await curves(data, policy)] },
    areProbabilities
      ? {
          title: 'Calibration',
          note: 'Share of positives over predicted probability, 10 bins of equal width; on the dashed line they agree.',
          blocks: [await reliability(data, policy)],
        }
      : undefined,
    ...comparisonSection(differences, [names, basename(compare)]),
    worst === 0
      ? undefined
      : {
          title: 'Worst cases',
          note: 'Labels farthest from their score, scores scaled to [0, 1] by finding.',
          blocks: [worstTable(data, policy, worst)],
        },
  ];
  return {
    title: `Classification: ${names}`,
    facts: [`uncertain and missing labels: ${policy}`],
    sections: sections.flatMap((section) => section ?? []),
  };
}

function worstTable({ ids, columns }: ScoreColumns, policy: LabelPolicy, most: number): TableBlock {
  const worst = new WorstCases<TableBlock['rows'][number]>(most);
  for (const column of columns) {
    const { scores, labels, rows } = knownScores(column, policy);
    const [low, high] = rangeOf(scores);
    for (let i = 0; i < rows.length; i++) {
      const scaled = high > low ? (scores[i] - low) / (high - low) : 0.5;
      worst.add(-Math.abs(scaled - labels[i]), () => [
        ...[ids[rows[i]], column.finding],
        ...[labels[i] === 1 ? 'present' : 'absent', scores[i]],
      ]);
    }
  }
  return { kind: 'table', columns: ['id', 'finding', 'label', 'score'], rows: worst.list() };
}

/** Of probabilities [0, 1], else the range of the scores. */
function rangeOf(scores: Float64Array): readonly [number, number] {
  let [low, high] = [0, 1];
  for (const score of scores) {
    low = Math.min(low, score);
    high = Math.max(high, score);
  }
  return [low, high];
}
