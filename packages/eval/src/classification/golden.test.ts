import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  auroc,
  aurocOneVersusOne,
  aurocOneVersusRest,
  averagePrecision,
  averageRanked,
  averageRate,
  balancedAccuracy,
  bestThreshold,
  binaryRates,
  brierScore,
  cohenKappa,
  confusionMatrix,
  coverageError,
  expectedCalibrationError,
  hammingLoss,
  type LabelPolicy,
  labelRankingAveragePrecision,
  logLoss,
  matthewsCorrelation,
  multiclassLogLoss,
  multilabelRate,
  oneVersusRest,
  partialAuroc,
  precisionRecallCurve,
  precisionRecallTrapezoid,
  rankingLoss,
  resolveLabel,
  rocCurve,
  subsetAccuracy,
  thresholdConfusion,
  topAccuracy,
  youdenChexzero,
  youdenThreshold,
} from './index.js';
import { multilabelScores } from './multilabel-scores.js';

// Values of scikit-learn 1.2.1 and numpy 1.24.2.
const golden = JSON.parse(
  readFileSync(new URL('../../test/fixtures/cls.json', import.meta.url), 'utf8'),
);

function near(actual: number | null | undefined, expected: number | null): void {
  if (expected === null) expect(actual).toBeNull();
  else expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-12);
}

function nearAll(
  actual: readonly number[] | undefined,
  expected: readonly (number | null)[],
): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, each] of expected.entries()) near(actual?.[i], each);
}

describe.each(Object.keys(golden.single))('single label, %s', (name) => {
  const expected = golden.single[name];
  const { y, score } = expected;
  const isOneClass = name.startsWith('single_class');

  it('has the areas of scikit-learn', () => {
    near(auroc(score, y), isOneClass ? null : expected.auroc);
    // scikit-learn warns and gives -0 where there is no positive
    near(
      averagePrecision(score, y),
      Object.is(expected.average_precision, -0) ? null : expected.average_precision,
    );
    if (!isOneClass) {
      near(precisionRecallTrapezoid(score, y), expected.pr.trapezoid_auc);
      const partial = expected['auroc_partial_max_fpr_0.2'];
      near(partialAuroc(score, y, { maximumFalsePositiveRate: 0.2 }), partial);
    }
  });

  it.skipIf(isOneClass)('has its curves', () => {
    for (const [dropCollinear, roc] of [
      [true, expected.roc],
      [false, expected.roc_full],
    ]) {
      const curve = rocCurve(score, y, { dropCollinear });
      nearAll(curve?.falsePositiveRate, roc.fpr);
      nearAll(curve?.truePositiveRate, roc.tpr);
      expect(curve?.thresholds[0]).toBe(Number.POSITIVE_INFINITY); // 1.2 says max + 1, 1.3 and later infinity
      nearAll(curve?.thresholds.slice(1), roc.thresholds.slice(1));
    }
    const curve = precisionRecallCurve(score, y);
    nearAll(curve?.precision, expected.pr.precision);
    nearAll(curve?.recall, expected.pr.recall);
    nearAll(curve?.thresholds, expected.pr.thresholds);
  });

  it.skipIf(isOneClass)('has its thresholds', () => {
    const point = youdenThreshold(score, y);
    near(point?.informedness, expected.youden.J);
    near(point?.sensitivity, expected.youden.sens);
    near(point?.specificity, expected.youden.spec);
    const isFirst = expected.youden.index === 0;
    if (isFirst) expect(point?.threshold).toBe(Number.POSITIVE_INFINITY);
    else near(point?.threshold, expected.youden.threshold);
    const chexzero = youdenChexzero(score, y);
    near(chexzero?.sensitivity, expected.youden_chexzero.sens);
    near(chexzero?.specificity, expected.youden_chexzero.spec);
    near(chexzero?.informedness, expected.youden_chexzero.J);
    const byF1 = bestThreshold(score, y, 'f1');
    near(byF1?.threshold, expected.best_f1.threshold);
    near(byF1?.value, expected.best_f1.f1);
    const byMcc = bestThreshold(score, y, 'mcc');
    near(byMcc?.threshold, expected.best_mcc.threshold);
    near(byMcc?.value, expected.best_mcc.mcc);
  });

  it.each([0, 0.3, 0.5])('has its rates at %s', (threshold) => {
    const at = expected[`at_${threshold.toFixed(1)}`];
    const confusion = thresholdConfusion(score, y, threshold);
    expect(confusion).toEqual({
      truePositives: at.tp,
      falsePositives: at.fp,
      falseNegatives: at.fn,
      trueNegatives: at.tn,
    });
    const asZero = binaryRates(confusion, { zeroDivision: 0, beta: 2 });
    for (const rate of ['accuracy', 'precision', 'f1', 'mcc', 'jaccard'] as const)
      near(asZero[rate], at[rate]);
    near(asZero.balancedAccuracy, at.balanced_accuracy);
    near(asZero.sensitivity, at.recall);
    near(asZero.fBeta, at.f2);
    const asNull = binaryRates(confusion);
    near(asNull.specificity, at.specificity);
    near(asNull.negativePredictiveValue, at.npv);
    near(asNull.kappa, at.kappa);
  });

  it.skipIf(expected.brier === undefined)('has its calibration', () => {
    near(brierScore(score, y), expected.brier);
    near(logLoss(score, y), expected.log_loss);
    near(expectedCalibrationError(score, y), expected.ece10);
  });
});

describe.each(Object.keys(golden.multilabel_missing.policies))(
  'missing labels, policy %s',
  (policy) => {
    const { y, score, labels, policies } = golden.multilabel_missing;
    const expected = policies[policy];
    const read = y.map((row: (number | null)[]) =>
      row.map((label) => resolveLabel(label, policy as LabelPolicy)),
    );

    it('has the averages of the defined columns', () => {
      near(averageRanked('auroc', score, read, 'macro'), expected.macro_auroc_over_defined);
      near(averageRanked('averagePrecision', score, read, 'macro'), expected.macro_ap_over_defined);
      near(averageRanked('auroc', score, read, 'micro'), expected.micro_auroc);
      near(averageRanked('averagePrecision', score, read, 'micro'), expected.micro_ap);
    });

    it('has the same numbers in a table', () => {
      const named = (row: number[]) =>
        Object.fromEntries(labels.map((l: string, i: number) => [l, row[i]]));
      const rows = y.map((row: number[], i: number) => ({
        id: `case ${i}`,
        labels: named(row),
        scores: named(score[i]),
      }));
      const table = multilabelScores(rows, { policy: policy as LabelPolicy, intervals: false });
      for (const { label, n, positives, scores } of table.labels) {
        expect([n, positives]).toEqual([expected[label].n, expected[label].pos]);
        near(scores.auroc.value, expected[label].auroc);
        near(scores.averagePrecision.value, expected[label].ap);
        if (expected[label].auroc === null) expect(scores.auroc.reason).toBe('no case is positive');
      }
      near(table.macro.auroc.value, expected.macro_auroc_over_defined);
      near(table.macro.averagePrecision.value, expected.macro_ap_over_defined);
      near(table.micro.auroc.value, expected.micro_auroc);
      near(table.micro.averagePrecision.value, expected.micro_ap);
    });
  },
);

describe('several labels, all known', () => {
  const { y, score, ...expected } = golden.multilabel_full;
  const decided = score.map((row: number[]) => row.map((each) => (each >= 0.5 ? 1 : 0)));

  it.each(['macro', 'micro', 'weighted'] as const)('has %s averages', (average) => {
    near(averageRanked('auroc', score, y, average), expected.auroc[average]);
    near(averageRanked('averagePrecision', score, y, average), expected.ap[average]);
  });

  it.each(['macro', 'micro', 'weighted', 'samples'] as const)('has %s rates', (average) => {
    const options = { zeroDivision: 0 };
    for (const [rate, key] of [
      ['f1', 'f1_at_0.5'],
      ['precision', 'precision_at_0.5'],
      ['sensitivity', 'recall_at_0.5'],
    ] as const)
      near(multilabelRate(rate, decided, y, average, options), expected[key][average]);
  });

  it('has sample-wise scores', () => {
    near(subsetAccuracy(decided, y), expected.subset_accuracy);
    near(hammingLoss(decided, y), expected.hamming_loss);
    near(labelRankingAveragePrecision(score, y), expected.lrap);
    near(coverageError(score, y), expected.coverage_error);
    near(rankingLoss(score, y), expected.ranking_loss);
  });
});

describe('several classes', () => {
  const { y, prob, pred, ...expected } = golden.multiclass;
  const matrix = confusionMatrix<number>(pred, y, [0, 1, 2, 3]);

  it('has the confusion matrix and what follows', () => {
    expect(matrix.counts).toEqual(expected.confusion);
    near(accuracy(matrix), expected.accuracy);
    near(balancedAccuracy(matrix), expected.balanced_accuracy);
    near(matthewsCorrelation(matrix), expected.mcc);
    near(cohenKappa(matrix), expected.kappa);
    near(cohenKappa(matrix, 'linear'), expected.kappa_linear);
    near(cohenKappa(matrix, 'quadratic'), expected.kappa_quadratic);
    for (const average of ['macro', 'micro', 'weighted'] as const)
      near(averageRate('f1', oneVersusRest(matrix), average), expected.f1[average]);
  });

  it('has the scores of probabilities', () => {
    near(aurocOneVersusRest(prob, y), expected.auroc_ovr_macro);
    near(aurocOneVersusRest(prob, y, 'weighted'), expected.auroc_ovr_weighted);
    near(aurocOneVersusOne(prob, y), expected.auroc_ovo_macro);
    near(topAccuracy(prob, y, 2), expected.top2);
    near(multiclassLogLoss(prob, y), expected.log_loss);
  });
});
