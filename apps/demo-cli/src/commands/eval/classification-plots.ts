import {
  type LabelPolicy,
  type MultilabelScores,
  precisionRecallCurve,
  type ReliabilityBin,
  reliabilityCurve,
  rocCurve,
} from '@cxrkit/eval';
import type { PlotsBlock } from '../../eval/page/evaluation-page.js';
import type { Bar, CurveSeries } from '../../eval/page/plots.js';
import { knownScores, type ScoreColumns } from '../../eval/records/score-columns.js';
import { scoreBars } from './score-table.js';

/** Draws AUROC and average precision of each finding that has them. */
export async function findingBars({ labels }: MultilabelScores): Promise<PlotsBlock> {
  const { plotBars } = await import('../../eval/page/plots.js');
  const bars = (name: string): Bar[] =>
    labels.flatMap(({ label, scores }) => scoreBars([scores[name]], () => label));
  return {
    kind: 'plots',
    plots: [
      { caption: 'AUROC', svg: await plotBars(bars('auroc'), 'AUROC') },
      {
        caption: 'Average precision',
        svg: await plotBars(bars('averagePrecision'), 'average precision'),
      },
    ],
  };
}

/** Draws ROC curves and precision over recall, a line each finding. */
export async function curves(data: ScoreColumns, policy: LabelPolicy): Promise<PlotsBlock> {
  const { plotCurves } = await import('../../eval/page/plots.js');
  const colorOrder = data.columns.map(({ finding }) => finding);
  const roc: CurveSeries[] = [];
  const recall: CurveSeries[] = [];
  for (const column of data.columns) {
    const { scores, labels } = knownScores(column, policy);
    const name = column.finding;
    const curve = rocCurve(scores, labels, { dropCollinear: true });
    const { falsePositiveRate: x = [], truePositiveRate: y = [] } = curve ?? {};
    if (curve !== null) roc.push({ name, points: x.map((at, i) => [at, y[i]] as const) });
    const precision = precisionRecallCurve(scores, labels);
    if (precision !== null)
      recall.push({
        name,
        points: precision.recall.map((at, i) => [at, precision.precision[i]] as const),
      });
  }
  return {
    kind: 'plots',
    plots: [
      {
        caption: 'ROC',
        svg: await plotCurves({
          ...{ series: roc, x: '1 - specificity', y: 'sensitivity', diagonal: true, colorOrder },
        }),
      },
      {
        caption: 'Precision and recall',
        svg: await plotCurves({ series: recall, x: 'recall', y: 'precision', colorOrder }),
      },
    ],
  };
}

/** Draws reliability diagrams: of all findings pooled, and of each. */
export async function reliability(data: ScoreColumns, policy: LabelPolicy): Promise<PlotsBlock> {
  const { plotCurves } = await import('../../eval/page/plots.js');
  const known = data.columns.map((column) => ({
    name: column.finding,
    ...knownScores(column, policy),
  }));
  const all = reliabilityCurve(
    known.flatMap(({ scores }) => [...scores]),
    known.flatMap(({ labels }) => [...labels]),
  );
  const each = known.map(({ name, scores, labels }) => ({
    name,
    points: pointsOf(reliabilityCurve(scores, labels)),
  }));
  const axes = { x: 'mean probability', y: 'share of positives', diagonal: true, withPoints: true };
  return {
    kind: 'plots',
    plots: [
      {
        caption: 'All findings pooled',
        svg: await plotCurves({ series: [{ name: 'all', points: pointsOf(all) }], ...axes }),
      },
      { caption: 'By finding', svg: await plotCurves({ series: each, ...axes }) },
    ],
  };
}

function pointsOf(bins: readonly ReliabilityBin[]): CurveSeries['points'] {
  return bins.flatMap(({ meanProbability, positiveRate }) =>
    meanProbability === null || positiveRate === null
      ? []
      : [[meanProbability, positiveRate] as const],
  );
}
