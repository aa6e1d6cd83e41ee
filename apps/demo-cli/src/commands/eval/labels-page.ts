import { basename } from 'node:path';
import { CHEXPERT_FINDINGS } from '@cxrkit/core';
import type { LabelPair, Score } from '@cxrkit/eval';
import type {
  EvaluationPage,
  PageSection,
  TableBlock,
  TextCase,
} from '../../eval/page/evaluation-page.js';
import { WorstCases } from '../../eval/text/worst-cases.js';
import { comparisonSection, type TestedDifference } from './comparison.js';
import type { EvaluationWork } from './evaluation.js';
import { scoreBars, scoreTable } from './score-table.js';

/** Labels of a candidate and its reference; texts only where they were read. */
export interface LabelledReport {
  readonly id: string;
  readonly pair: LabelPair;
  readonly candidate: string | undefined;
  readonly reference: string | undefined;
}

/** What the report shows: counts of labels, or clinical efficacy. */
type LabelsResults =
  | { readonly counts: TableBlock }
  | {
      readonly scores: readonly Score[];
      readonly shown: readonly Score[];
      readonly differences: readonly TestedDifference[];
      readonly cases: readonly LabelledReport[];
    };

/** Makes the report of `cxr eval labels`. */
export async function labelsPage(
  { files, options }: EvaluationWork,
  results: LabelsResults,
): Promise<EvaluationPage> {
  const names = files.map((path) => basename(path)).join(', ');
  if ('counts' in results)
    return {
      title: `Labels: ${names}`,
      facts: [],
      sections: [{ title: 'Labels by finding', blocks: [results.counts] }],
    };
  const { scores, shown, differences, cases } = results;
  const worst = worstReports(cases, options.worst);
  const sections: PageSection[] = [
    {
      title: 'Clinical efficacy',
      note: 'The same labels give other numbers by other conventions: name the one you cite.',
      blocks: [scoreTable(shown)],
    },
    ...comparisonSection(differences, [names, basename(options.compare ?? '')]),
    ...(await findingSection(scores)),
    ...(worst.length === 0
      ? []
      : [
          {
            title: 'Worst cases',
            note: 'Most findings on which candidate and reference differ; words that the other text lacks are marked.',
            blocks: [{ kind: 'cases', cases: worst } as const],
          },
        ]),
  ];
  return { title: `Clinical efficacy: ${names}`, facts: [], sections };
}

async function findingSection(scores: readonly Score[]): Promise<PageSection[]> {
  const prefix = 'rgrg.per_condition.';
  const f1 = scores.filter(({ name }) => name.startsWith(prefix) && name.endsWith('.f1'));
  if (f1.length === 0) return [];
  const { plotBars } = await import('../../eval/page/plots.js');
  const bars = scoreBars(f1, ({ name }) => name.slice(prefix.length, -'.f1'.length));
  return [
    {
      title: 'Findings',
      note: 'F1 of positive or uncertain labels by finding (rgrg.per_condition).',
      blocks: [{ kind: 'plots', plots: [{ caption: 'F1', svg: await plotBars(bars, 'F1') }] }],
    },
  ];
}

function worstReports(cases: readonly LabelledReport[], most: number): TextCase[] {
  const worst = new WorstCases<TextCase>(most);
  for (const { id, pair, candidate, reference } of cases) {
    if (candidate === undefined || reference === undefined) continue;
    const differing = CHEXPERT_FINDINGS.filter(
      (finding) => pair.candidate[finding] !== pair.reference[finding],
    );
    if (differing.length > 0)
      worst.add(-differing.length, () => ({
        ...{ id, candidate, reference },
        about: differing.join(', '),
      }));
  }
  return worst.list();
}
