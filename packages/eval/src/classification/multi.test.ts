import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { resampled } from '../score/metric.js';
import {
  accuracy,
  aurocOneVersusOne,
  aurocOneVersusRest,
  averageRanked,
  averageRate,
  balancedAccuracy,
  cohenKappa,
  columnConfusions,
  confusionMatrix,
  confusionMetric,
  coverageError,
  hammingLoss,
  labelRankingAveragePrecision,
  matthewsCorrelation,
  multiclassLogLoss,
  multilabelRate,
  rankingLoss,
  resolveLabel,
  subsetAccuracy,
  topAccuracy,
} from './index.js';

describe('confusion matrix', () => {
  const classes = ['normal', 'mild', 'severe'];
  const random = createRandom(2);
  const pick = (): number => random.integer(3);
  const items = Array.from({ length: 90 }, () => ({ prediction: pick(), label: pick() }));
  const matrix = confusionMatrix(
    items.map(({ prediction }) => classes[prediction]),
    items.map(({ label }) => classes[label]),
    classes,
  );

  it('gives 1 for perfect decisions, symmetric agreement, and no value for nothing', () => {
    const perfect = confusionMatrix(classes, classes, classes);
    expect([accuracy, balancedAccuracy, matthewsCorrelation].map((each) => each(perfect))).toEqual([
      1, 1, 1,
    ]);
    expect(cohenKappa(perfect, 'quadratic')).toBe(1);
    const turned = { classes, counts: classes.map((_, i) => matrix.counts.map((row) => row[i])) };
    for (const weights of ['none', 'linear', 'quadratic'] as const)
      expect(cohenKappa(turned, weights)).toBeCloseTo(cohenKappa(matrix, weights) ?? 2, 14);
    const empty = confusionMatrix<string>([], [], classes);
    expect(
      [accuracy, balancedAccuracy, matthewsCorrelation, cohenKappa].map((f) => f(empty)),
    ).toEqual([null, null, null, null]);
  });

  it('is a metric of sums', () => {
    const kappa = confusionMetric('kappa', 3, (each) => cohenKappa(each, 'linear'));
    expect(resampled(kappa, items).value()).toBe(cohenKappa(matrix, 'linear'));
    expect(() => kappa.stats({ prediction: 3, label: 0 })).toThrow('[0, 3)');
  });

  it('refuses classes outside the set, repeated ones and other lengths', () => {
    expect(() => confusionMatrix(['mild'], ['none'], classes)).toThrow('labels[0]');
    expect(() => confusionMatrix(['none'], ['mild'], classes)).toThrow('predictions[0]');
    expect(() => confusionMatrix([1], [1], [1, 1])).toThrow('repetition');
    expect(() => confusionMatrix([1, 1], [1], [1])).toThrow('2 labels');
  });
});

describe('probabilities of several classes', () => {
  it('leave out classes that do not occur', () => {
    const scores = [
      [0.7, 0.2, 0.1],
      [0.2, 0.7, 0.1],
    ];
    expect(aurocOneVersusRest(scores, [0, 1])).toBe(1);
    expect(aurocOneVersusOne(scores, [0, 1], 'weighted')).toBe(1);
    expect(aurocOneVersusRest(scores, [0, 0])).toBeNull();
    expect(aurocOneVersusOne([], [])).toBeNull();
  });

  it('refuse labels that are no class, rows that do not sum to 1, k of 0', () => {
    expect(() => aurocOneVersusRest([[0.5, 0.5]], [2])).toThrow('[0, 2)');
    expect(() => multiclassLogLoss([[0.5, 0.6]], [0])).toThrow('sums to 1');
    expect(() => multiclassLogLoss([[0.5, Number.NaN]], [0])).toThrow('scores[0][1]');
    expect(() => topAccuracy([[0.5, 0.5]], [0], 0)).toThrow('k');
    expect(() => topAccuracy([[0.5, 0.5], [1]], [0, 0], 1)).toThrow('2 columns');
  });

  it('give ties to the later class', () => {
    expect(topAccuracy([[0.5, 0.5]], [0], 1)).toBe(0);
    expect(topAccuracy([[0.5, 0.5]], [1], 1)).toBe(1);
  });
});

describe('several labels', () => {
  const labels = [
    [1, 0],
    [0, 1],
    [0, 0],
  ];

  it('are right where everything is', () => {
    expect(subsetAccuracy(labels, labels)).toBe(1);
    expect(hammingLoss(labels, labels)).toBe(0);
    expect(labelRankingAveragePrecision(labels, labels)).toBe(1);
    expect(rankingLoss(labels, labels)).toBe(0);
    expect(averageRanked('auroc', labels, labels, 'samples')).toBe(1);
    expect(multilabelRate('f1', labels, labels, 'samples')).toBe(1);
  });

  it('have no value without samples', () => {
    for (const each of [subsetAccuracy, hammingLoss, coverageError, rankingLoss])
      expect(each([], [])).toBeNull();
    expect(averageRanked('auroc', [], [], 'macro')).toBeNull();
    expect(averageRate('f1', [], 'macro')).toBeNull();
  });

  it('count labels without a value as the zero division says, or not at all', () => {
    const never = labels.map((row) => [row[0], 0]);
    expect(multilabelRate('f1', never, never, 'macro')).toBe(1);
    expect(multilabelRate('f1', never, never, 'macro', { zeroDivision: 0 })).toBe(0.5);
  });

  it('refuse shapes that differ and labels outside the set', () => {
    expect(() => columnConfusions(labels, labels.slice(1))).toThrow('3 rows');
    expect(() => columnConfusions(labels, [[1, 0], [1], [0, 0]])).toThrow('2 columns');
    expect(() =>
      averageRanked(
        'auroc',
        labels,
        [
          [-1, 0],
          [0, 1],
          [0, 0],
        ],
        'macro',
      ),
    ).toThrow('labels[0][0]');
    expect(() => resolveLabel(2, 'ignore')).toThrow('label');
    expect(() => resolveLabel(1, 'toString' as 'ignore')).toThrow('policy');
  });
});
