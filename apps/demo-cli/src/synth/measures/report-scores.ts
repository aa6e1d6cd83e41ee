import { CHEXPERT_FINDINGS } from '@cxrkit/core';
import type { ModelScore } from '@cxrkit/core/model';
import {
  bootstrapInterval,
  type ImageReportPair,
  labelReport,
  type PairAgreementOptions,
  pairResampled,
} from '@cxrkit/eval';
import type { ScoreContext } from '../../commands/measure/score.js';
import { plainScore } from './plain-score.js';
import type { SyntheticPicture } from './synthetic-pictures.js';

/** A finding that was not asked for counts as asked to be absent: a report that states it is wrong. */
const POOLED: PairAgreementOptions = {
  aggregate: 'micro',
  findings: CHEXPERT_FINDINGS.filter((finding) => finding !== 'No Finding'),
};

/** Variety of the reports, and what the rule labeler reads in them against what was asked. */
export function reportScores(
  synthetic: readonly SyntheticPicture[],
  context: ScoreContext,
): ModelScore[] {
  const pairs = synthetic.flatMap(({ entry: { report, findings }, asked }): ImageReportPair[] =>
    report === null
      ? []
      : [{ asked: { ...findings, ...asked }, reportLabels: labelReport(report), report }],
  );
  if (pairs.length === 0) return [];
  const [dataset, n] = ['synthetic', pairs.length];
  const ratio = pairResampled('distinctReports', pairs).value() ?? 0;
  const f1 = pairResampled('reportAskedF1', pairs, POOLED);
  const value = f1.value();
  const interval = bootstrapInterval(f1, { seed: context.seed });
  const plain = (metric: string, number: number): ModelScore =>
    plainScore(metric, { dataset, n, value: number }, context);
  return [
    plain('distinct reports', Math.round(ratio * n)),
    plain('distinct reports, share', ratio),
    ...(value === null || interval === null
      ? []
      : [
          plainScore(
            'micro F1 of positive findings, report against what was asked',
            { dataset, n, value, ci95: [interval.low, interval.high] },
            context,
          ),
        ]),
  ];
}
