import { basename } from 'node:path';
import type { CocoData, CocoResult, Score } from '@cxrkit/eval';
import type { EvaluationPage, PlotsBlock } from '../../eval/page/evaluation-page.js';
import { comparisonSection, type TestedDifference } from './comparison.js';
import { categoryName, categoryTable } from './detection-table.js';
import type { EvaluationWork } from './evaluation.js';
import { scoreBars, scoreTable } from './score-table.js';

/** What the report shows. */
interface DetectionResults {
  readonly result: CocoResult;
  readonly scores: readonly Score[];
  readonly differences: readonly TestedDifference[];
}

/** Makes the report of `cxr eval detection`. */
export async function detectionPage(
  { files, options }: EvaluationWork,
  { images, annotations, detections }: CocoData,
  { result, scores, differences }: DetectionResults,
): Promise<EvaluationPage> {
  const { iouThresholds } = result.matches.settings;
  return {
    title: `Detection: ${files.map((path) => basename(path)).join(', ')}`,
    facts: [
      `${images.length} images, ${annotations.length} true boxes, ${detections.length} found`,
    ],
    sections: [
      {
        title: 'Scores',
        note: 'Average precision (AP) and recall (AR) as COCO defines them; a dash where no true box counts.',
        blocks: [scoreTable(scores)],
      },
      ...comparisonSection(differences, [basename(files[1]), basename(options.compare ?? '')]),
      { title: 'Categories', blocks: [await categoryBars(result), categoryTable(result)] },
      {
        title: 'Curves',
        note: `At an overlap of ${iouThresholds[0]}.`,
        blocks: [await precisionCurves(result)],
      },
      {
        title: 'AP by overlap',
        blocks: [
          {
            kind: 'table',
            columns: ['overlap', 'AP'],
            rows: result.byThreshold.map(({ value }, i) => [iouThresholds[i].toFixed(2), value]),
          },
        ],
      },
    ],
  };
}

async function categoryBars({ byCategory }: CocoResult): Promise<PlotsBlock> {
  const { plotBars } = await import('../../eval/page/plots.js');
  const bars = byCategory.flatMap(({ category, scores }) =>
    scoreBars([scores.AP], () => categoryName(category)),
  );
  return { kind: 'plots', plots: [{ caption: 'AP', svg: await plotBars(bars, 'AP') }] };
}

async function precisionCurves({ curves, matches }: CocoResult): Promise<PlotsBlock> {
  const { plotCurves } = await import('../../eval/page/plots.js');
  const [first] = matches.settings.iouThresholds;
  const series = curves
    .filter(({ iouThreshold }) => iouThreshold === first)
    .map(({ category, recall, precision }) => ({
      name: categoryName(category),
      points: recall.map((at, i) => [at, precision[i]] as const),
    }));
  return {
    kind: 'plots',
    plots: [
      {
        caption: 'Precision and recall',
        svg: await plotCurves({ series, x: 'recall', y: 'precision' }),
      },
    ],
  };
}
